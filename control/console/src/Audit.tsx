import { useLoaded } from './live';
import type { AuditEntry, Page } from './types';

export function Audit() {
  const { value, error } = useLoaded<Page<AuditEntry>>('/audit?limit=200', 4_000);
  return (
    <section class="card">
      <h1>Audit</h1>
      {error && <p role="alert" class="bad">{error}</p>}
      <div class="scroll" tabIndex={0} role="region" aria-label="Audit trail">
        <table>
          <thead><tr><th scope="col">#</th><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Reason</th><th scope="col">Outcome</th></tr></thead>
          <tbody>
            {value?.items.map((entry) => (
              <tr key={entry.sequence}>
                <td>{entry.sequence}</td>
                <td><time dateTime={entry.at}>{new Date(entry.at).toLocaleString('en-GB')}</time></td>
                <td>{entry.actor}</td>
                <td>{entry.kind} {entry.action} {entry.subject}</td>
                <td>{entry.reason}</td>
                <td>{entry.outcome} <span class="dim">{entry.message}</span></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
