import type { Action } from './ActionDialog';
import { ago } from './format';
import { useLoaded } from './live';
import type { Approval, Page, WhoAmI } from './types';

export function Approvals({ onAction }: { onAction: (action: Action) => void }) {
  const { value } = useLoaded<Page<Approval>>('/approvals', 2_000);
  const { value: me } = useLoaded<WhoAmI>('/whoami', 60_000);
  return (
    <section class="card">
      <h1>Approvals</h1>
      <p class="dim">A dangerous step needs a second person. You are {me?.actor ?? '…'}.</p>
      {value?.items.length === 0 && <p class="empty">Nothing waits.</p>}
      {value?.items.map((each) => (
        <article key={each.id} class="approval">
          <p><strong>{each.text}</strong> <span class="badge">{each.state}</span></p>
          <p class="dim">asked by {each.asker} {ago(each.askedAt, Date.now())}: {each.reason}{each.decidedBy && ` · decided by ${each.decidedBy}`}{each.result && ` · ${each.result}`}</p>
          {each.state === 'waiting' && (
            <div class="buttons">
              <button type="button" class="primary" disabled={each.asker === me?.actor} title={each.asker === me?.actor ? 'Who asked cannot approve' : undefined} onClick={() => onAction({ title: 'Approve', path: `/approvals/${encodeURIComponent(each.id)}/approve`, effect: each.text, button: 'Approve' })}>Approve</button>
              <button type="button" onClick={() => onAction({ title: 'Refuse', path: `/approvals/${encodeURIComponent(each.id)}/refuse`, effect: each.text, button: 'Refuse' })}>Refuse</button>
            </div>
          )}
        </article>
      ))}
    </section>
  );
}
