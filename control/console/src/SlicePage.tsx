import type { Action } from './ActionDialog';
import { Counts, NextStepLine, SliceButtons } from './Bridge';
import { Differences } from './Differences';
import { ago, clock, count, hasRamp, millis, phaseWords, rate, share } from './format';
import { JobLine } from './Jobs';
import { type Trail, useLoaded } from './live';
import { Spark } from './Spark';
import type { Divergence, Gate, Gates, Job, Page, Slice, Transition } from './types';
import { VersionsCard } from './Versions';

const MARKS: Record<Gate['verdict'], string> = { pass: '✓', fail: '✗', inconclusive: '?', error: '!' };

export function SlicePage({
  slice,
  trail,
  jobs,
  onAction,
}: {
  slice: Slice;
  trail: Trail | undefined;
  jobs: Job[];
  onAction: (action: Action) => void;
}) {
  const running = jobs.filter((job) => job.slice === slice.name).slice(0, 4);
  return (
    <>
      <section class="head">
        <h1>{slice.name}</h1>
        <p>
          Phase {slice.phaseNumber}, <strong>{phaseWords(slice.phase)}</strong> {hasRamp(slice.phase) && slice.ramp}. {slice.message}
        </p>
        <NextStepLine slice={slice} />
        <SliceButtons slice={slice} onAction={onAction} />
      </section>
      <section class="card" aria-label="Side by side">
        <h2>Side by side</h2>
        <SidesTable slice={slice} trail={trail} />
        <Counts slice={slice} />
        {running.map((job) => <JobLine key={job.id} job={job} />)}
      </section>
      <GatesCard slice={slice} />
      <Differences slice={slice} onAction={onAction} />
      <Divergences slice={slice.name} />
      <VersionsCard slice={slice.name} />
      <History slice={slice.name} />
    </>
  );
}

function SidesTable({ slice, trail }: { slice: Slice; trail: Trail | undefined }) {
  const { legacy, modern } = slice.live;
  const rows: [string, string, string, number[] | undefined, number[] | undefined][] = [
    ['Rate', rate(legacy.rate), rate(modern.rate), trail?.legacyRate, trail?.modernRate],
    ['Errors', share(legacy.errors), share(modern.errors), undefined, undefined],
    ['p50', millis(legacy.p50Ms), millis(modern.p50Ms), undefined, undefined],
    ['p99', millis(legacy.p99Ms), millis(modern.p99Ms), trail?.legacyP99, trail?.modernP99],
  ];
  return (
    <table class="sides">
      <thead><tr><td /><th scope="col">legacy</th><th scope="col">modern</th></tr></thead>
      <tbody>
        {rows.map(([name, left, right, leftTrail, rightTrail]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{left}{leftTrail && <Spark values={leftTrail} label={`${name} of legacy`} />}</td>
            <td>{right}{rightTrail && <Spark values={rightTrail} label={`${name} of modern`} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function GatesCard({ slice }: { slice: Slice }) {
  const { value, error } = useLoaded<Gates>(`/slices/${encodeURIComponent(slice.name)}/gates`, 2_000);
  return (
    <section class="card" aria-label="Gates">
      <h2>Gates</h2>
      {error && <p role="alert" class="bad">{error}</p>}
      {value && (
        <>
          {value.next && <GateTable title={`To enter ${phaseWords(value.next)}`} gates={value.entering} />}
          <GateTable title={`Must go on holding in ${phaseWords(value.phase)}`} gates={value.holding} />
        </>
      )}
    </section>
  );
}

export function GateTable({ title, gates }: { title: string; gates: Gate[] }) {
  if (gates.length === 0) {
    return null;
  }
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={title}>
      <table>
        <caption>{title}</caption>
        <thead><tr><th scope="col">Verdict</th><th scope="col">Gate</th><th scope="col">Measured</th><th scope="col">Samples</th></tr></thead>
        <tbody>
          {gates.map((gate) => (
            <tr key={gate.gate}>
              <td><span class={`verdict ${gate.verdict}`}><span aria-hidden="true">{MARKS[gate.verdict]}</span> {gate.verdict}</span></td>
              <td><strong>{gate.gate}</strong><br /><span class="dim">{gate.meaning}</span></td>
              <td>{gate.message}</td>
              <td>{count(gate.samples)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Divergences({ slice }: { slice: string }) {
  const { value } = useLoaded<Page<Divergence>>(`/divergences?slice=${encodeURIComponent(slice)}`, 3_000);
  if (!value || value.items.length === 0) {
    return null;
  }
  return (
    <section class="card" aria-label="Divergences">
      <h2>Divergences</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Divergences of the stores">
        <table>
          <thead><tr><th scope="col">Entity</th><th scope="col">Kind</th><th scope="col">Paths</th><th scope="col">Found</th><th scope="col">State</th></tr></thead>
          <tbody>
            {value.items.slice(0, 100).map((each) => (
              <tr key={each.entity + each.foundAt}>
                <td>{each.entity}</td><td>{each.kind}</td><td>{each.paths.join(' ')}</td><td>{ago(each.foundAt, Date.now())}</td>
                <td class={each.repaired ? 'good' : 'bad'}>{each.repaired ? 'repaired' : 'open'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function History({ slice }: { slice: string }) {
  const { value } = useLoaded<Page<Transition>>(`/slices/${encodeURIComponent(slice)}/history`, 4_000);
  return (
    <section class="card" aria-label="History">
      <h2>History</h2>
      <ol class="history">
        {value?.items.map((each) => (
          <li key={each.epoch}>
            <details>
              <summary>
                <time dateTime={each.at}>{clock(each.at)}</time> {phaseWords(each.from)} {hasRamp(each.from) && each.fromRamp} → <strong>{phaseWords(each.to)} {hasRamp(each.to) && each.toRamp}</strong>
                {' '}by {each.actor}: {each.reason}
                {each.forced && <span class="badge bad">forced</span>}
                {each.stallMs !== undefined && <span class="badge">stall {millis(each.stallMs)}</span>}
              </summary>
              <GateTable title="Evidence" gates={each.evidence} />
            </details>
          </li>
        ))}
      </ol>
    </section>
  );
}
