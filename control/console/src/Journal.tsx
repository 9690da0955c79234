import { useState } from 'preact/hooks';
import type { Action } from './ActionDialog';
import { clock } from './format';
import { useLoaded } from './live';
import type { JournalEntry, Page } from './types';

const STATES = ['', 'INTENT', 'APPLIED', 'UNKNOWN', 'PARKED', 'REJECTED', 'DELIVERED'];

export function Journal({ slices, onAction }: { slices: string[]; onAction: (action: Action) => void }) {
  const [state, setState] = useState('');
  const [slice, setSlice] = useState('');
  const query = new URLSearchParams({ limit: '100', ...(state && { state }), ...(slice && { slice }) });
  const { value, error } = useLoaded<Page<JournalEntry>>(`/journal?${query}`, 2_000);
  return (
    <section class="card">
      <h1>Journal</h1>
      <div class="filters">
        <label>
          State{' '}
          <select value={state} onChange={(event) => setState(event.currentTarget.value)}>
            {STATES.map((each) => <option key={each} value={each}>{each ? each.toLowerCase() : 'any'}</option>)}
          </select>
        </label>
        <label>
          Slice{' '}
          <select value={slice} onChange={(event) => setSlice(event.currentTarget.value)}>
            <option value="">any</option>
            {slices.map((each) => <option key={each} value={each}>{each}</option>)}
          </select>
        </label>
      </div>
      {error && <p role="alert" class="bad">{error}</p>}
      <div class="scroll" tabIndex={0} role="region" aria-label="Journal records">
        <table>
          <thead>
            <tr><th scope="col">When</th><th scope="col">Write</th><th scope="col">Entity</th><th scope="col">Way</th><th scope="col">State</th><th scope="col">Note</th><th scope="col">Act</th></tr>
          </thead>
          <tbody>
            {value?.items.map((entry) => (
              <tr key={entry.id}>
                <td><time dateTime={entry.at}>{clock(entry.at)}</time></td>
                <td>{entry.method} {entry.target}</td>
                <td>{entry.entity ?? '–'}</td>
                <td>{entry.authority} → {entry.follower ?? 'gap'}</td>
                <td><span class={`badge ${entry.state === 'PARKED' || entry.state === 'UNKNOWN' ? 'bad' : ''}`}>{entry.state.toLowerCase()}</span>{entry.attempts > 0 && ` ${entry.attempts} tries`}</td>
                <td>{entry.note}</td>
                <td>
                  {(entry.state === 'APPLIED' || entry.state === 'UNKNOWN') && (
                    <button type="button" class="quiet" onClick={() => onAction({ title: `Retry ${entry.id}`, path: `/journal/${encodeURIComponent(entry.id)}/retry`, effect: 'Tries to carry this write to the follower now.', button: 'Retry' })}>Retry</button>
                  )}
                  {entry.state === 'PARKED' && entry.entity && (
                    <button type="button" class="quiet" onClick={() => onAction({ title: `Un-park ${entry.entity}`, path: `/slices/${encodeURIComponent(entry.slice)}/unpark`, body: { entity: entry.entity }, effect: 'Takes all parked writes of this entity back into delivery.', button: 'Un-park' })}>Un-park</button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {value?.items.length === 0 && <p class="empty">No record.</p>}
    </section>
  );
}
