import { useState } from 'preact/hooks';
import { keepToken, takeToken } from './api';
import { ActionDialog, type Action } from './ActionDialog';
import { Approvals } from './Approvals';
import { Audit } from './Audit';
import { Bridge } from './Bridge';
import { count } from './format';
import { Journal } from './Journal';
import { useLive, useLoaded, useRoute } from './live';
import { SlicePage } from './SlicePage';
import { ToldList } from './ToldList';
import type { Approval, Page } from './types';

const PAGES = [
  ['', 'Crossing'],
  ['journal', 'Journal'],
  ['approvals', 'Approvals'],
  ['audit', 'Audit'],
] as const;

export function App() {
  const [token, setToken] = useState<string | null>(takeToken);
  const live = useLive(token);
  const signOut = () => {
    keepToken(null);
    setToken(null);
  };
  if (!token || live.refused) {
    return (
      <SignIn
        refused={live.refused}
        onToken={(given) => {
          keepToken(given);
          if (given === token) {
            location.reload();
          }
          setToken(given);
        }}
      />
    );
  }
  return <Console live={live} onSignOut={signOut} />;
}

function Console({ live, onSignOut }: { live: ReturnType<typeof useLive>; onSignOut: () => void }) {
  const route = useRoute();
  const [action, setAction] = useState<Action | null>(null);
  const { status } = live;
  const page = route[0] ?? '';
  const slice = page === 'slice' ? status?.slices.find((each) => each.name === route[1]) : undefined;
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), document.getElementById('main')?.focus())}>
        Skip to content
      </a>
      <header class="top">
        <a class="brand" href="#/">
          <img src="./icon.svg" alt="" width="28" height="28" /> Bailey
        </a>
        <nav aria-label="Pages">
          {PAGES.map(([name, label]) => (
            <a key={name} href={`#/${name}`} aria-current={page === name ? 'page' : undefined}>
              {label}
              {name === 'approvals' && <Waiting />}
            </a>
          ))}
        </nav>
        <span class={`link ${live.connected ? 'up' : 'down'}`} role="status">
          {live.connected ? 'live' : 'connecting…'}
        </span>
        <button
          type="button"
          class="danger"
          onClick={() =>
            setAction({
              title: 'Kill switch',
              path: '/kill',
              effect: 'Every slice goes to its safe side at once: reads to legacy; handed-over writes are handed back.',
              button: 'Send everything back',
              danger: true,
            })
          }
        >
          Kill
        </button>
        <button type="button" class="quiet" onClick={onSignOut}>
          Sign out
        </button>
      </header>
      <main id="main" tabIndex={-1}>
        {!status ? (
          <p class="empty" role="status">Asking Bailey where things stand…</p>
        ) : page === 'journal' ? (
          <Journal slices={status.slices.map((each) => each.name)} onAction={setAction} />
        ) : page === 'approvals' ? (
          <Approvals onAction={setAction} />
        ) : page === 'audit' ? (
          <Audit />
        ) : slice ? (
          <SlicePage slice={slice} trail={live.trails[slice.name]} jobs={status.jobs} onAction={setAction} />
        ) : (
          <>
            <Bridge status={status} trails={live.trails} onAction={setAction} />
            <ToldList told={live.told} />
          </>
        )}
      </main>
      {action && <ActionDialog action={action} onClose={() => setAction(null)} />}
    </>
  );
}

function Waiting() {
  const { value } = useLoaded<Page<Approval>>('/approvals', 3_000);
  const waiting = value?.items.filter((each) => each.state === 'waiting').length ?? 0;
  return waiting > 0 ? <span class="badge">{count(waiting)} waiting</span> : null;
}

function SignIn({ refused, onToken }: { refused: boolean; onToken: (token: string) => void }) {
  const [text, setText] = useState('');
  return (
    <main class="signin">
      <h1>Bailey</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) {
            onToken(text.trim());
          }
        }}
      >
        <label for="token">Token</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <p>
          The local token is in the file <code>token</code> of the data folder; <code>bailey tokens create</code> makes others.
        </p>
        {refused && <p role="alert" class="bad">This token is not known or has expired.</p>}
        <button type="submit">Open the console</button>
      </form>
    </main>
  );
}
