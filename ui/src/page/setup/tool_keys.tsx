import { Button, React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox } from "../../parts/answers.tsx";
import { usePolled } from "../../parts/use_polled.ts";
import { call } from "../../protocol/call.ts";
import type { StepProps } from "./step_card.tsx";
import { useAct } from "./use_act.ts";

/** The address and key of another tool that is set up in Stash can be used in place of a sign-in. */
export function ToolKeys({ next }: Pick<StepProps, "next">): ReactElement | null {
  const { value } = usePolled(() => call("other_tools", {}), () => false); // where Stash does not say, nothing is offered
  const { busy, error, run } = useAct();
  const told = value?.tools.filter(({ is_usable, unread }) => is_usable || unread) ?? [];
  if (told.length === 0) return null;
  return (
    <>
      {told.map(({ name, is_usable, unread }) => (
        <div key={name} className="plexsync-setup-tool">
          <p className="plexsync-grey">{unread ? `${unread.text} ${unread.next_step}` : `${name} is set up in Stash too.`}</p>
          {is_usable && (
            <Button variant="secondary" disabled={busy} onClick={() => run(() => call("setup_use_tool", { name }), next)}>
              {`Use the address and key of ${name}`}
            </Button>
          )}
        </div>
      ))}
      <ErrorBox error={error} />
    </>
  );
}
