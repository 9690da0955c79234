import { describe, expect, it } from 'vitest';
import { parseEvent } from '../src/api';
import { crossing, duration, millis, pretty, share, sideBySide, sparkline } from '../src/format';
import { extended } from '../src/live';
import type { Phase, Slice } from '../src/types';

const PATH: Phase[] = ['LEGACY_ONLY', 'DUAL_WRITE', 'BACKFILL', 'RECONCILE', 'SHADOW_READ', 'READ_CUTOVER', 'WRITE_CUTOVER', 'LEGACY_OFF', 'RETIRED'];

describe('figures', () => {
  it('tells no data from zero', () => {
    expect(share(undefined)).toBe('–');
    expect(share(0)).toBe('0 %');
    expect(share(0.00001)).toBe('< 0.01 %');
    expect(share(0.123)).toBe('12.3 %');
    expect(millis(undefined)).toBe('–');
    expect(millis(1234)).toBe('1.2 s');
    expect(duration(125)).toBe('2 min 5 s');
  });

  it('places a slice on the bridge, further with its ramp, never beyond the next pier', () => {
    expect(crossing(PATH, 'LEGACY_ONLY', 0)).toBe(0);
    expect(crossing(PATH, 'RETIRED', 0)).toBe(1);
    const begun = crossing(PATH, 'READ_CUTOVER', 100);
    const full = crossing(PATH, 'READ_CUTOVER', 10_000);
    expect(begun).toBeLessThan(full);
    expect(full).toBeLessThan(crossing(PATH, 'WRITE_CUTOVER', 0));
  });

  it('draws a line that ends with the newest value', () => {
    expect(sparkline([0, 10], 100, 20)).toBe('0.0,20.0 100.0,0.0');
  });
});

describe('instances side by side', () => {
  it('marks only the lines that differ', () => {
    const { left, right } = sideBySide(pretty('{"a":1,"b":2}'), pretty('{"a":1,"b":3,"c":4}'));
    expect(left.filter((line) => line.differs).map((line) => line.text.trim())).toEqual(['"b": 2']);
    expect(right.filter((line) => line.differs).map((line) => line.text.trim())).toEqual(['"b": 3,', '"c": 4']);
  });

  it('shows what is not JSON as it is', () => {
    expect(pretty('12 bytes of text/plain')).toBe('12 bytes of text/plain');
  });
});

describe('the event stream', () => {
  it('reads name and data and passes over comments', () => {
    expect(parseEvent('event: status\ndata: {"a":1}')).toEqual({ name: 'status', data: '{"a":1}' });
    expect(parseEvent('data: a\ndata: b')).toEqual({ name: 'message', data: 'a\nb' });
    expect(parseEvent(': ping')).toBeNull();
  });

  it('keeps a bounded trail', () => {
    const slice = { live: { legacy: { rate: 1, errors: 0 }, modern: { rate: 2, errors: 0, p99Ms: 3 } } } as Slice;
    let trail = extended(undefined, slice);
    for (let i = 0; i < 500; i++) {
      trail = extended(trail, slice);
    }
    expect(trail.legacyRate).toHaveLength(90);
    expect(trail.modernP99.at(-1)).toBe(3);
  });
});
