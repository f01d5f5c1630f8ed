/** The items that hold a file of a scene, side by side: a person chooses the right one. */
import { React, below, useEffect, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { PlexPicture } from "../../parts/plex_picture.tsx";
import { Note } from "../../parts/text.tsx";
import { useAct } from "../../parts/use_act.ts";
import { usePolled } from "../../parts/use_polled.ts";
import { call } from "../../protocol/call.ts";
import type { CandidateFile, ItemCandidate } from "../../protocol/operations.ts";
import { told } from "../../words/advice.ts";
import { size, span } from "../../words/files.ts";

interface ChooseDialogProps {
  readonly scene: number;
  readonly onCancel: () => void;
  readonly onChosen: (item: string) => void;
}

export function ChooseDialog({ scene, onCancel, onChosen }: ChooseDialogProps): ReactElement {
  const { locale } = useIntl();
  const { value: found, error, refresh } = usePolled((signal) => call("candidates", { scene }, signal));
  const [chosen, choose] = useState("");
  const choosing = useAct();
  useEffect(() => {
    const [only, ...more] = found?.items ?? [];
    if (only && more.length === 0) choose(only.rating_key);
  }, [found]);
  return (
    <Dialog
      title={`Choose the item for ‘${found?.title || `scene ${scene}`}’`}
      accept={chosen ? `Choose item ${chosen}` : "Choose"}
      busy={choosing.busy || !chosen}
      onAccept={() => choosing.run(() => call("choose", { scene, item: chosen }), () => onChosen(chosen))}
      onCancel={onCancel}
    >
      <ErrorBox error={error} again={refresh} />
      <ErrorBox error={choosing.error} />
      {found || error ? null : <Loading />}
      {found?.trouble && <p>{told(found.trouble)}</p>}
      {found && found.items.length === 0 && <p>No item of Plex holds a file of this scene.</p>}
      {found && (
        <div className="ps-candidates" role="radiogroup" aria-label="Items in Plex">
          <div className="ps-candidate">
            <b>The scene in Stash</b>
            <img src={below(`scene/${scene}/screenshot`).href} alt="The cover in Stash" />
            {found.files.map((file) => (
              <div key={file.path} className="ps-path">
                {file.path} <small>{[size(file.size, locale), span(file.duration)].filter(Boolean).join(" · ")}</small>
              </div>
            ))}
          </div>
          {found.items.map((item) => (
            <Candidate key={item.rating_key} of={item} chosen={item.rating_key === chosen} choose={choose} />
          ))}
        </div>
      )}
      {found && found.items.some((item) => item.others.length > 0) && (
        <Note>The item then carries this scene’s values. For other scenes nothing is written to it.</Note>
      )}
    </Dialog>
  );
}

interface CandidateProps {
  readonly of: ItemCandidate;
  readonly chosen: boolean;
  readonly choose: (item: string) => void;
}

const DECISIONS: Readonly<Record<string, string>> = {
  item_chosen: "chosen by you",
  item_given: "chosen for another scene",
  item_unlinked: "unlinked by you",
};

function Candidate({ of: item, chosen, choose }: CandidateProps): ReactElement {
  return (
    <label className={`ps-candidate${chosen ? " ps-is-chosen" : ""}`}>
      <input type="radio" name="plexsync-item" checked={chosen} onChange={() => choose(item.rating_key)} />
      <span>
        <PlexPicture item={item.rating_key} alt={`The poster of item ${item.rating_key} in Plex`} />
        <b>{item.title}</b> <small>{[item.library, `item ${item.rating_key}`, DECISIONS[item.decision]].filter(Boolean).join(" · ")}</small>
        {item.files.map((file) => (
          <File key={file.path} of={file} />
        ))}
        {item.others.map(({ scene_id, title }) => (
          <small key={scene_id}>
            also holds a file of ‘{title || `scene ${scene_id}`}’
            <br />
          </small>
        ))}
      </span>
    </label>
  );
}

function File({ of: file }: { readonly of: CandidateFile }): ReactElement {
  const { locale } = useIntl();
  const fact = (words: string, isSame: boolean): ReactElement | null =>
    words ? <small className={isSame ? "ps-added" : "ps-plain"}>{isSame ? `✓ ${words}` : words}</small> : null;
  return (
    <span className="ps-path">
      <span className={file.is_own ? "ps-added" : "ps-plain"}>{file.is_own ? `✓ ${file.path}` : file.path}</span>
      {fact(size(file.size, locale), file.same_size)}
      {fact(span(file.duration), file.same_duration)}
    </span>
  );
}
