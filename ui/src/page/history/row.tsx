/** One cause: when, what, how many scenes; opened, what was written. */
import { Icon, React, icons, useIntl } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { SmallButton } from "../../parts/buttons.tsx";
import { Grey } from "../../parts/text.tsx";
import type { HistoryRow } from "../../protocol/operations.ts";
import { counted } from "../../words/numbers.ts";
import { away, exactly } from "../../words/time.ts";
import { usePage } from "../context.tsx";
import type { Wish } from "./wish.ts";
import { clock, named } from "./words.ts";
import { Writes } from "./writes.tsx";

interface RowProps {
  readonly of: HistoryRow;
  readonly isOpen: boolean;
  readonly scene: number;
  readonly text: string;
  readonly onOpen: () => void;
  readonly onUndo: (wish: Wish) => void;
}

export function Row({ of, isOpen, scene, text, onOpen, onUndo }: RowProps): ReactElement {
  const { locale } = useIntl();
  const { now } = usePage();
  const time = clock(of.at, locale);
  const wish: Wish = { run: of.run, scene, fields: [], title: `Undo: ${of.what.charAt(0).toLowerCase()}${of.what.slice(1)}, ${time}` };
  return (
    <li className="ps-cause">
      <div className="ps-cause-line">
        <time dateTime={new Date(of.at * 1000).toISOString()} title={exactly(of.at, locale)}>
          {time}
        </time>
        <button type="button" className="ps-cause-name" aria-expanded={isOpen} disabled={of.scenes === 0} onClick={onOpen}>
          <Icon icon={isOpen ? icons.faChevronDown : icons.faChevronRight} />
          <span>
            <b>{of.what}</b> · <bdi>{of.about}</bdi>
            {of.undoes_at > 0 && <Grey> · written {away(of.undoes_at, now, locale)}</Grey>}
            {of.fields.length > 0 && <Grey> · {named(of.fields)}</Grey>}
            {of.undone_by ? <Grey> · undone</Grey> : null}
          </span>
        </button>
        <span className="ps-grey ps-cause-scenes">{of.scenes > 0 ? counted(of.scenes, "scene", locale) : ""}</span>
        {of.can_undo && (
          <SmallButton onClick={() => onUndo(wish)} aria-label={`Undo ${of.what}, ${of.about}…`}>
            <Icon icon={icons.faRotateLeft} /> Undo…
          </SmallButton>
        )}
      </div>
      {isOpen && <Writes {...{ of, scene, text, onUndo }} />}
    </li>
  );
}
