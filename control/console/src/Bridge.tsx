import type { Action } from './ActionDialog';
import { JobLine } from './Jobs';
import { count, crossing, duration, hasRamp, millis, phaseWords, rate, share, trafficWords } from './format';
import type { Trail } from './live';
import { Spark } from './Spark';
import type { Slice, Status } from './types';

/** The migration as a bridge between two banks: one row a slice, with the place it has reached and what guards its next step. */
export function Bridge({
  status,
  trails,
  onAction,
}: {
  status: Status;
  trails: Record<string, Trail>;
  onAction: (action: Action) => void;
}) {
  return (
    <>
      <section class="head">
        <h1>{status.migration}</h1>
        <p>{status.message}</p>
        <dl class="facts">
          <div><dt>Owner</dt><dd>{status.owner}</dd></div>
          <div>
            <dt>Finish by</dt>
            <dd class={status.daysLeft < 0 ? 'bad' : ''}>
              {status.finishBy} ({status.daysLeft < 0 ? `${-status.daysLeft} days over` : `${count(status.daysLeft)} days left`})
            </dd>
          </div>
          <div><dt>Data plane</dt><dd>{status.listen}</dd></div>
          <div><dt>Version</dt><dd>{status.version}</dd></div>
        </dl>
      </section>
      <section aria-label="Slices">
        {status.slices.map((slice) => (
          <SliceRow key={slice.name} slice={slice} trail={trails[slice.name]} onAction={onAction} />
        ))}
      </section>
      {status.jobs.length > 0 && (
        <section aria-label="Jobs" class="card">
          <h2>Jobs</h2>
          {status.jobs.slice(0, 8).map((job) => <JobLine key={job.id} job={job} />)}
        </section>
      )}
    </>
  );
}

function SliceRow({ slice, trail, onAction }: { slice: Slice; trail: Trail | undefined; onAction: (a: Action) => void }) {
  return (
    <article class="card slice">
      <header>
        <h2><a href={`#/slice/${encodeURIComponent(slice.name)}`}>{slice.name}</a></h2>
        <p class="standing">
          <strong>{phaseWords(slice.phase)}</strong>
          {hasRamp(slice.phase) && <> at <strong>{slice.ramp}</strong></>}
          {slice.held && <span class="badge bad">held: {slice.held}</span>}
          {slice.pending && <span class="badge">{slice.pending.what}: {slice.pending.stage}</span>}
        </p>
      </header>
      <Span slice={slice} />
      <p class="message">{slice.message}</p>
      <div class="pair">
        <Bank name="legacy" slice={slice} values={trail?.legacyRate} />
        <Bank name="modern" slice={slice} values={trail?.modernRate} />
      </div>
      <NextStepLine slice={slice} />
      <SliceButtons slice={slice} onAction={onAction} />
    </article>
  );
}

/** The bridge itself: a deck from bank to bank, one pier a phase, built as far as the slice has come. */
function Span({ slice }: { slice: Slice }) {
  const width = 900;
  const left = 60;
  const right = width - 60;
  const step = (right - left) / Math.max(1, slice.path.length - 1);
  const at = left + crossing(slice.path, slice.phase, slice.rampHundredths) * (right - left);
  const here = slice.path.indexOf(slice.phase);
  return (
    <svg
      class="span"
      viewBox={`0 0 ${width} 96`}
      role="img"
      aria-label={`${slice.name} stands at phase ${here + 1} of ${slice.path.length}: ${phaseWords(slice.phase)} ${hasRamp(slice.phase) ? slice.ramp : ''}`}
    >
      <path class="bank" d={`M0 46 H${left} l-14 50 H0 Z`} />
      <path class="bank" d={`M${width} 46 H${right} l14 50 H${width} Z`} />
      <text class="bankname" x="0" y="36">legacy</text>
      <text class="bankname" x={width} y="36" text-anchor="end">modern</text>
      <line class="deck" x1={left} y1="46" x2={right} y2="46" />
      <line class="built" x1={left} y1="46" x2={at} y2="46" />
      {slice.path.map((phase, i) => {
        const x = left + i * step;
        const state = i < here ? 'passed' : i === here ? 'here' : 'ahead';
        return (
          <g key={phase} class={state}>
            {i > 0 && <path class="truss" d={`M${x - step} 46 L${x - step / 2} 24 L${x} 46 M${x - step / 2} 24 H${i < slice.path.length - 1 ? x + step / 2 : x - step / 2}`} />}
            <circle cx={x} cy="46" r={state === 'here' ? 8 : 5} />
            <text class="pier" x={x} y={i % 2 ? 84 : 66} text-anchor="middle">{phaseWords(phase)}</text>
          </g>
        );
      })}
      <path class="car" d={`M${at - 9} 40 v-8 h6 l4 -6 h8 v14 Z`} />
    </svg>
  );
}

function Bank({ name, slice, values }: { name: 'legacy' | 'modern'; slice: Slice; values: number[] | undefined }) {
  const traffic = slice.live[name];
  return (
    <div class={`bankbox ${name}`} aria-label={trafficWords(name, traffic)}>
      <h3>{name}</h3>
      <dl>
        <div><dt>rate</dt><dd>{rate(traffic.rate)}</dd></div>
        <div><dt>errors</dt><dd class={traffic.errors > 0.01 ? 'bad' : ''}>{share(traffic.errors)}</dd></div>
        <div><dt>p50</dt><dd>{millis(traffic.p50Ms)}</dd></div>
        <div><dt>p99</dt><dd>{millis(traffic.p99Ms)}</dd></div>
      </dl>
      <Spark values={values ?? []} label={`${name} requests a second over the last minute`} />
    </div>
  );
}

export function Counts({ slice }: { slice: Slice }) {
  const lost = Object.values(slice.lost).reduce((sum, each) => sum + each, 0);
  return (
    <dl class="facts counts">
      <div><dt>Differences</dt><dd class={(slice.differenceRate ?? 0) > 0 ? 'bad' : ''}>{share(slice.differenceRate)} of {count(slice.compared)}</dd></div>
      <div><dt>Not compared</dt><dd title={JSON.stringify(slice.lost)}>{count(lost)}</dd></div>
      <div><dt>Divergences</dt><dd class={(slice.divergences ?? 0) > 0 ? 'bad' : ''}>{count(slice.divergences)}</dd></div>
      <div><dt>Backlog</dt><dd>{count(slice.backlog.undelivered)}{slice.backlog.oldestAgeMs !== undefined && ` (oldest ${millis(slice.backlog.oldestAgeMs)})`}</dd></div>
      <div><dt>Unknown</dt><dd class={slice.backlog.unknown > 0 ? 'bad' : ''}>{count(slice.backlog.unknown)}</dd></div>
      <div><dt>Parked</dt><dd class={slice.backlog.parked > 0 ? 'bad' : ''}>{count(slice.backlog.parked)}</dd></div>
      <div><dt>Gap</dt><dd>{count(slice.backlog.gap)}</dd></div>
      <div><dt>Epoch</dt><dd>{slice.epoch}</dd></div>
      <div><dt>Here for</dt><dd>{duration((Date.now() - Date.parse(slice.since)) / 1000)}</dd></div>
    </dl>
  );
}

export function NextStepLine({ slice }: { slice: Slice }) {
  if (!slice.next) {
    return <p class="next good">The crossing of this slice is over.</p>;
  }
  const where = slice.next.step === 'ramp' ? `${phaseWords(slice.next.phase)} ${slice.next.ramp} ${slice.next.cohorts.join(', ')}` : phaseWords(slice.next.phase);
  return (
    <p class={`next ${slice.next.allowed ? 'good' : 'wait'}`}>
      <span aria-hidden="true">{slice.next.allowed ? '✓' : '◌'}</span> Next: <strong>{where}</strong>
      {slice.next.allowed ? ' — every gate passes' : <> — waits for {slice.next.blocking.map((gate) => <span key={gate} class="badge">{gate}</span>)}</>}
      {slice.next.approval && <span class="badge">second person</span>}
    </p>
  );
}

export function SliceButtons({ slice, onAction }: { slice: Slice; onAction: (action: Action) => void }) {
  const base = `/slices/${encodeURIComponent(slice.name)}`;
  const expectedEpoch = slice.epoch;
  const button = (label: string, action: Omit<Action, 'button'> & { button?: string }, disabled = false, kind = '') => (
    <button key={label} type="button" class={kind} disabled={disabled} onClick={() => onAction({ button: label, ...action, body: { expectedEpoch, ...action.body } })}>
      {label}
    </button>
  );
  const over = slice.phase === 'RETIRED';
  return (
    <div class="buttons" role="group" aria-label={`Steps of ${slice.name}`}>
      {button('Advance', {
        title: `Advance ${slice.name}`,
        path: `${base}/advance`,
        body: { force: false },
        effect: slice.next ? `One step forward: ${phaseWords(slice.next.phase)} ${slice.next.step === 'ramp' ? slice.next.ramp : ''}. Refused unless every gate passes.` : '',
      }, !slice.next, 'primary')}
      {button('Back', { title: `Take ${slice.name} a step back`, path: `${base}/back`, effect: 'One step back, as the phase table says: the ramp step before, or the phase before.' }, over)}
      {button('Roll back', {
        title: `Roll back ${slice.name}`,
        path: `${base}/rollback`,
        effect: 'All the way to where legacy serves and owns everything. Handed-over writes are handed back first, a gap is replayed.',
        danger: true,
        confirm: slice.name,
      }, over, 'danger')}
      {button('Reconcile', { title: `Reconcile ${slice.name}`, path: `${base}/reconcile`, body: { repair: false, dryRun: false }, effect: 'Compares both stores completely and lists what differs.' }, over)}
      {button('Repair', { title: `Repair ${slice.name}`, path: `${base}/reconcile`, body: { repair: true, dryRun: false }, effect: 'Reconciles, then refreshes what differs from the authority.' }, over)}
      {button('Backfill', { title: `Backfill ${slice.name}`, path: `${base}/backfill`, effect: 'Copies every entity of legacy to modern; resumes where it stopped.' }, over)}
      {button('Rehearse', { title: `Rehearse ${slice.name}`, path: `${base}/rehearse`, body: { cohort: '1%' }, effect: 'Moves 1 % of the entities forward and back, and proves that both stores are equal.' }, over)}
      {slice.held
        ? button('Let the watch act', { title: `Release ${slice.name}`, path: `${base}/hold`, body: { held: false }, effect: 'The watch may hold, step back and roll back again.' })
        : button('Hold', { title: `Hold ${slice.name}`, path: `${base}/hold`, body: { held: true }, effect: 'Nothing moves until it is released.' }, over)}
    </div>
  );
}
