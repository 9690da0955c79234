import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, events, get } from './api';
import type { Slice, Status, Told } from './types';

const KEPT_POINTS = 90;
const KEPT_TOLD = 60;

/** What a slice did lately, newest last, for the sparklines. */
export interface Trail {
  legacyRate: number[];
  modernRate: number[];
  legacyP99: number[];
  modernP99: number[];
}

export interface Live {
  status: Status | null;
  told: Told[];
  trails: Record<string, Trail>;
  connected: boolean;
  refused: boolean;
}

export function extended(trail: Trail | undefined, slice: Slice): Trail {
  const push = (values: number[] | undefined, value: number) => [...(values ?? []), value].slice(-KEPT_POINTS);
  return {
    legacyRate: push(trail?.legacyRate, slice.live.legacy.rate),
    modernRate: push(trail?.modernRate, slice.live.modern.rate),
    legacyP99: push(trail?.legacyP99, slice.live.legacy.p99Ms ?? 0),
    modernP99: push(trail?.modernP99, slice.live.modern.p99Ms ?? 0),
  };
}

/** The live standing, by server-sent events. */
export function useLive(token: string | null): Live {
  const [live, setLive] = useState<Live>({ status: null, told: [], trails: {}, connected: false, refused: false });
  useEffect(() => {
    if (!token) {
      return;
    }
    const abort = new AbortController();
    const take = (status: Status) =>
      setLive((before) => ({
        ...before,
        status,
        refused: false,
        trails: Object.fromEntries(status.slices.map((slice) => [slice.name, extended(before.trails[slice.name], slice)])),
      }));
    const refuse = (error: unknown) => {
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
        setLive((before) => ({ ...before, refused: true }));
      }
    };
    get<Status>('/status').then(take).catch(refuse);
    events(
      (name, data) => {
        if (name === 'status') {
          take(data as Status);
        } else if (name === 'told') {
          setLive((before) => ({ ...before, told: [data as Told, ...before.told].slice(0, KEPT_TOLD) }));
        }
      },
      (connected) => setLive((before) => ({ ...before, connected })),
      abort.signal,
    ).catch(refuse);
    return () => abort.abort();
  }, [token]);
  return live;
}

/** Loads once, then again at an interval while shown. */
export function useLoaded<T>(path: string, everyMs: number): { value: T | null; error: string | null; again: () => void } {
  const [value, setValue] = useState<T | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  const current = useRef(path);
  useEffect(() => {
    if (current.current !== path) {
      current.current = path;
      setValue(null);
    }
    let alive = true;
    const load = () =>
      get<T>(path)
        .then((loaded) => alive && (setValue(loaded), setError(null)))
        .catch((failure: Error) => alive && setError(failure.message));
    void load();
    const timer = setInterval(load, everyMs);
    return () => {
      alive = false;
      clearInterval(timer);
    };
  }, [path, everyMs, turn]);
  return { value, error, again: () => setTurn((n) => n + 1) };
}

/** The part of the address behind the hash, as segments. */
export function useRoute(): string[] {
  const read = () => location.hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent);
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const changed = () => setRoute(read());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return route;
}
