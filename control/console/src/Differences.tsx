import { useState } from 'preact/hooks';
import type { Action } from './ActionDialog';
import { ago, count, pretty, sideBySide } from './format';
import { useLoaded } from './live';
import type { Diff, DiffDetail, Page, Slice } from './types';

/** Signatures of a slice, each with its kept instances side by side. */
export function Differences({ slice, onAction }: { slice: Slice; onAction: (action: Action) => void }) {
  const { value } = useLoaded<Page<Diff>>(`/diffs?slice=${encodeURIComponent(slice.name)}`, 3_000);
  const [open, setOpen] = useState<string | null>(null);
  const diffs = value?.items ?? [];
  return (
    <section class="card" aria-label="Differences">
      <h2>Differences</h2>
      {diffs.length === 0 ? (
        <p class="empty">No difference between the answers of both sides so far.</p>
      ) : (
        <>
          <ul class="signatures">
            {diffs.map((diff) => (
              <li key={diff.id}>
                <button type="button" class="signature" aria-expanded={open === diff.id} onClick={() => setOpen(open === diff.id ? null : diff.id)}>
                  <code>{diff.signature}</code>
                  <span>{count(diff.count)} × · last {ago(diff.lastSeen, Date.now())}{diff.accepted && ` · accepted: ${diff.accepted}`}</span>
                </button>
                {open === diff.id && <Instance id={diff.id} />}
              </li>
            ))}
          </ul>
          <button
            type="button"
            class="quiet"
            onClick={() =>
              onAction({
                title: `Forget the differences of ${slice.name}`,
                path: `/slices/${encodeURIComponent(slice.name)}/forget-differences`,
                effect: 'After a fix: counts and windows begin anew. New differences count as before.',
                button: 'Forget',
              })
            }
          >
            Forget after a fix
          </button>
        </>
      )}
    </section>
  );
}

function Instance({ id }: { id: string }) {
  const { value, error } = useLoaded<DiffDetail>(`/diffs/${encodeURIComponent(id)}`, 10_000);
  const [at, setAt] = useState(0);
  if (error) {
    return <p role="alert" class="bad">{error}</p>;
  }
  const instance = value?.instances[Math.min(at, value.instances.length - 1)];
  if (!value || !instance) {
    return <p class="empty">No instance kept.</p>;
  }
  const lines = sideBySide(pretty(instance.legacy.body), pretty(instance.modern.body));
  return (
    <div class="instance">
      <p>
        {instance.method} {instance.target}, served by {instance.servedBy}
        {value.instances.length > 1 && (
          <button type="button" class="quiet" onClick={() => setAt((at + 1) % value.instances.length)}>
            instance {at + 1} of {value.instances.length}, next
          </button>
        )}
      </p>
      <ul>
        {instance.paths.map((path) => (
          <li key={path.path}><code>{path.path || '/'}</code> {path.kind}: legacy <code>{path.legacy ?? 'absent'}</code>, modern <code>{path.modern ?? 'absent'}</code></li>
        ))}
      </ul>
      <div class="pair">
        <figure><figcaption>legacy · {instance.legacy.status}</figcaption><pre tabIndex={0}>{lines.left.map((line, i) => <span key={i} class={line.differs ? 'differs' : ''}>{line.text}{'\n'}</span>)}</pre></figure>
        <figure><figcaption>modern · {instance.modern.status}</figcaption><pre tabIndex={0}>{lines.right.map((line, i) => <span key={i} class={line.differs ? 'differs' : ''}>{line.text}{'\n'}</span>)}</pre></figure>
      </div>
    </div>
  );
}
