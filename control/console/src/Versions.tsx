import { ago, clock, count } from './format';
import { useLoaded } from './live';
import type { Versions } from './types';

/** Versions of a slice's interface with their ends, and who still uses them; nothing for a slice without. */
export function VersionsCard({ slice }: { slice: string }) {
  const { value } = useLoaded<Versions>(`/slices/${encodeURIComponent(slice)}/versions`, 5_000);
  if (!value || value.versions.length === 0) {
    return null;
  }
  const uses = value.versions.flatMap((version) => version.consumers.map((consumer) => ({ version: version.name, ...consumer })));
  return (
    <section class="card" aria-label="Versions">
      <h2>Versions</h2>
      <p>Since {clock(value.since)}: {value.message}.</p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Versions of the interface">
        <table>
          <thead><tr><th scope="col">Version</th><th scope="col">Told by</th><th scope="col">Deprecated</th><th scope="col">Sunset</th><th scope="col">Requests</th></tr></thead>
          <tbody>
            {value.versions.map((version) => (
              <tr key={version.name}>
                <td><strong>{version.name}</strong></td>
                <td><code>{version.told}</code></td>
                <td>{version.deprecated ?? '–'}</td>
                <td>{version.sunset ?? '–'}</td>
                <td>{count(version.requests)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {uses.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Consumers of versions">
          <table>
            <thead><tr><th scope="col">Consumer</th><th scope="col">Version</th><th scope="col">Requests</th><th scope="col">Last</th></tr></thead>
            <tbody>
              {uses.slice(0, 100).map((use) => (
                <tr key={`${use.version} ${use.name}`}>
                  <td>{use.name}</td>
                  <td>{use.version}</td>
                  <td>{count(use.requests)}</td>
                  <td>{ago(use.last, Date.now())}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
