import { sparkline } from './format';

export function Spark({ values, label }: { values: number[]; label: string }) {
  return (
    <svg class="spark" viewBox="0 0 180 34" preserveAspectRatio="none" role="img" aria-label={label}>
      <polyline points={sparkline(values, 180, 32)} />
    </svg>
  );
}
