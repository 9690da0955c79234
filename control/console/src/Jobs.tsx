import { count, duration, rate } from './format';
import type { Job } from './types';

export function JobLine({ job }: { job: Job }) {
  const results = Object.entries(job.results).map(([name, value]) => `${name} ${count(value)}`).join(', ');
  return (
    <div class="job">
      <span><strong>{job.kind}</strong> of {job.slice} <span class={`badge ${job.state === 'failed' ? 'bad' : ''}`}>{job.state}</span></span>
      {job.state === 'running' && job.total !== undefined && (
        <progress max={job.total} value={Math.min(job.done, job.total)} aria-label={`${job.kind} of ${job.slice}`} />
      )}
      <span>
        {count(job.done)}{job.total !== undefined && ` of ${count(job.total)}`}
        {job.state === 'running' && ` at ${rate(job.rate)}, ${duration(job.secondsLeft)} left`}
        {results && ` · ${results}`}
      </span>
      <span class="dim">{job.message}</span>
    </div>
  );
}
