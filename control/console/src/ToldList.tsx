import { clock } from './format';
import type { Told } from './types';

export function ToldList({ told }: { told: Told[] }) {
  return (
    <section class="card" aria-label="What happened">
      <h2>What happened</h2>
      <div role="log" aria-live="polite">
      <ol class="told">
        {told.map((each, i) => (
          <li key={each.at + i} class={each.level}><time dateTime={each.at}>{clock(each.at)}</time> {each.slice && <strong>{each.slice}</strong>} {each.message}</li>
        ))}
      </ol>
      </div>
      {told.length === 0 && <p class="empty">Nothing yet since this page was opened.</p>}
    </section>
  );
}
