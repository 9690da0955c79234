import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, post } from './api';
import type { CommandAnswer } from './types';

/** A button of the console: one call of the API, made only with a reason and after a look at what it does. */
export interface Action {
  title: string;
  path: string;
  effect: string;
  button: string;
  body?: Record<string, unknown>;
  danger?: boolean;
  /** What must be typed to confirm, for the dangerous ones. */
  confirm?: string;
}

export function ActionDialog({ action, onClose }: { action: Action; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<{ good: boolean; text: string } | null>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);

  const ready = reason.trim().length > 0 && (!action.confirm || typed === action.confirm) && !busy;
  const send = async (event: Event) => {
    event.preventDefault();
    if (!ready) {
      return;
    }
    setBusy(true);
    try {
      const answer = await post<CommandAnswer>(action.path, { ...action.body, reason: reason.trim() });
      setResult({ good: true, text: answer.message ?? 'done' });
    } catch (failure) {
      const text = failure instanceof ApiError ? `${failure.message} ${failure.remedy}` : String(failure);
      setResult({ good: false, text });
    } finally {
      setBusy(false);
    }
  };

  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="action-title">
      <form onSubmit={send}>
        <h2 id="action-title">{action.title}</h2>
        <p>{action.effect}</p>
        {result?.good ? (
          <p role="status" class="good">{result.text}</p>
        ) : (
          <>
            <label for="reason">Reason (goes into the audit trail)</label>
            <textarea
              id="reason"
              rows={2}
              required
              maxLength={500}
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
            {action.confirm && (
              <>
                <label for="confirm">Type <strong>{action.confirm}</strong> to confirm</label>
                <input
                  id="confirm"
                  autocomplete="off"
                  value={typed}
                  onInput={(event) => setTyped(event.currentTarget.value)}
                />
              </>
            )}
            {result && <p role="alert" class="bad">{result.text}</p>}
          </>
        )}
        <div class="buttons">
          {!result?.good && (
            <button type="submit" class={action.danger ? 'danger' : 'primary'} disabled={!ready}>
              {busy ? 'working…' : action.button}
            </button>
          )}
          <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
            {result?.good ? 'Close' : 'Cancel'}
          </button>
        </div>
      </form>
    </dialog>
  );
}
