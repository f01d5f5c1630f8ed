import { React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { StateIcon } from "../../parts/state_icon.tsx";
import { Note } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import type { SceneTab } from "../../protocol/operations.ts";
import { told } from "../../words/advice.ts";
import { differing, headline } from "./words.ts";

interface HeadlineProps {
  readonly of: SceneTab;
  readonly now: number;
}

/** In sync or not, in one sentence, and why in a few more. */
export function Headline({ of: shown, now }: HeadlineProps): ReactElement {
  const { icon, colour, sentence, second } = headline(shown);
  const lines = [...new Set([second, ...reasons(shown)])].filter(Boolean);
  const written = Math.max(0, ...shown.items.map(({ written_at }) => written_at));
  return (
    <div className="ps-headline">
      <StateIcon icon={icon} colour={colour} />
      <div>
        <p className="ps-said-short" role="status">
          {sentence}
        </p>
        {lines.map((line) => (
          <Note key={line}>
            {line}
          </Note>
        ))}
        {shown.is_in_sync && written > 0 && (
          <Note>
            Written <Time at={written} now={now} />.
          </Note>
        )}
      </div>
    </div>
  );
}

/** The sentences that say what is wrong and what to do, each once. */
function reasons(shown: SceneTab): readonly string[] {
  const said = [shown.trouble, ...shown.waits_for, ...shown.contested, shown.job?.advice, shown.job?.until, ...(differing(shown) === null ? shown.reasons : [])];
  return said.flatMap((advice) => (advice ? [told(advice).trim()] : []));
}
