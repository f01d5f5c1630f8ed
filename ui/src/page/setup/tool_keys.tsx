import { React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox } from "../../parts/answers.tsx";
import { PlainButton } from "../../parts/buttons.tsx";
import { Note } from "../../parts/text.tsx";
import { useAct } from "../../parts/use_act.ts";
import { usePolled } from "../../parts/use_polled.ts";
import { call } from "../../protocol/call.ts";
import { told } from "../../words/advice.ts";
import type { StepProps } from "./step_card.tsx";

/** The address and key of another tool that is set up in Stash can be used in place of a sign-in. */
export function ToolKeys({ next }: Pick<StepProps, "next">): ReactElement | null {
  const { value } = usePolled(() => call("other_tools", {})); // where Stash does not say, nothing is offered
  const { busy, error, run } = useAct();
  const offers = value?.tools.filter(({ is_usable, unread }) => is_usable || unread) ?? [];
  if (offers.length === 0) return null;
  return (
    <>
      {offers.map(({ name, is_usable, unread }) => (
        <div key={name} className="ps-setup-tool">
          <Note>{unread ? told(unread) : `${name} is set up in Stash too.`}</Note>
          {is_usable && (
            <PlainButton disabled={busy} onClick={() => run(() => call("setup_use_tool", { name }), next)}>
              {`Use the address and key of ${name}`}
            </PlainButton>
          )}
        </div>
      ))}
      <ErrorBox error={error} />
    </>
  );
}
