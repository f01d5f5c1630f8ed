import { Button, Form, Icon, React, icons, useEffect, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { SmallButton } from "../../parts/buttons.tsx";
import { TextInput } from "../../parts/inputs.tsx";
import { Note, Warning } from "../../parts/text.tsx";
import { useAct } from "../../parts/use_act.ts";
import { call } from "../../protocol/call.ts";
import type { SignInView } from "../../protocol/operations.ts";
import { StepCard } from "./step_card.tsx";
import type { StepProps } from "./step_card.tsx";
import { ToolKeys } from "./tool_keys.tsx";

const POLL_MS = 2_000;
const ABOUT = "PlexSync never sees your password. Plex gives it a key that you can take back at any time.";

/** Sign in by a link or a code, or go on with an address and a token. */
export function SignIn({ next, skip, isDone }: StepProps): ReactElement {
  const [typed, type] = useState(false);
  return (
    <StepCard title="Sign in to Plex" about={ABOUT}>
      {typed ? <Typed next={next} /> : <Invited next={isDone ? next : skip} />}
      <p className="ps-setup-other">
        <Button variant="link" onClick={() => type(!typed)}>
          {typed ? "Sign in at plex.tv" : "I have a token and an address"}
        </Button>
      </p>
      <ToolKeys next={next} />
    </StepCard>
  );
}

/** The link and the code. The link is there before anybody presses it, so that no browser takes it for a pop-up. */
function Invited({ next }: Pick<StepProps, "next">): ReactElement | null {
  const [view, show] = useState<SignInView | null>(null);
  const [error, fail] = useState<Error | null>(null);
  const [turn, again] = useState(0);
  const [anew, renew] = useState(false);
  useEffect(() => {
    let open = true;
    const ask = (): void => {
      call("setup_sign_in", anew ? { anew } : {})
        .then((found) => {
          if (!open) return;
          renew(false);
          fail(null);
          show(found);
          if (found.account) next();
        })
        .catch((problem: unknown) => open && fail(problem instanceof Error ? problem : new Error(String(problem))));
    };
    const timer = setTimeout(ask, turn === 0 ? 0 : POLL_MS);
    return () => {
      open = false;
      clearTimeout(timer);
    };
  }, [turn, anew]);
  useEffect(() => {
    if (view?.invitation) again((one) => one + 1);
  }, [view]);
  if (error) return <ErrorBox error={error} again={() => again((one) => one + 1)} />;
  if (!view) return <Loading />;
  const { invitation, trouble } = view;
  if (!invitation) return trouble ? <Over text={trouble.text} renew={() => renew(true)} /> : null;
  return (
    <div className="ps-invitation">
      {invitation.link && (
        <a className="btn btn-primary btn-lg" href={invitation.link} target="_blank" rel="noopener noreferrer">
          Sign in at plex.tv <Icon icon={icons.faArrowUpRightFromSquare} />
        </a>
      )}
      {invitation.code && (
        <>
          <p>
            Or on any other device: open <strong>{invitation.page}</strong> and type
          </p>
          <p className="ps-code">{invitation.code}</p>
        </>
      )}
      <Note>
        Waiting for Plex. This page goes on by itself. The code is good for {Math.max(1, Math.floor(invitation.seconds / 60))} more minutes.
      </Note>
      {trouble && <Warning>{trouble.text}</Warning>}
    </div>
  );
}

const Over = ({ text, renew }: { readonly text: string; readonly renew: () => void }): ReactElement => (
  <div className="ps-error" role="alert">
    <span>{text}</span>
    <SmallButton onClick={renew}>
      New code
    </SmallButton>
  </div>
);

/** An address and a token of a person's own, by the same checks. */
function Typed({ next }: Pick<StepProps, "next">): ReactElement {
  const [url, setUrl] = useState("");
  const [token, setToken] = useState("");
  const { busy, error, run } = useAct();
  const send = (event: React.FormEvent): void => {
    event.preventDefault();
    run(() => call("setup_address", { url, token }), next);
  };
  return (
    <Form onSubmit={send} className="ps-typed">
      <Form.Group controlId="plexsync-setup-url">
        <Form.Label>Address</Form.Label>
        <TextInput value={url} placeholder="http://192.168.1.5:32400" onText={setUrl} />
      </Form.Group>
      <Form.Group controlId="plexsync-setup-token">
        <Form.Label>Token</Form.Label>
        <TextInput type="password" autoComplete="off" value={token} onText={setToken} />
      </Form.Group>
      <Button type="submit" variant="primary" disabled={busy || !url || !token}>
        Continue
      </Button>
      <ErrorBox error={error} />
    </Form>
  );
}
