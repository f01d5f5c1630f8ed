import { Icon, React } from "../../stash/index.ts";
import type { IconDefinition, ReactElement } from "../../stash/index.ts";
import { Buttons, QuietButton } from "../../parts/buttons.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import type { LinkedItem } from "../../protocol/operations.ts";

interface ItemLinesProps {
  readonly of: LinkedItem;
  readonly choose: () => void;
  readonly unlink: () => void;
}

/** The item in Plex: library, key and file, and what a person can decide about it. */
export const ItemLines = ({ of: item, choose, unlink }: ItemLinesProps): ReactElement => (
  <div className="ps-field">
    <b>Item in Plex</b>
    <div>
      {item.library} · item {item.rating_key}
    </div>
    {item.paths.map((path) => (
      <code key={path} className="ps-path">
        {path}
      </code>
    ))}
    <Buttons>
      <QuietButton onClick={choose}>
        Choose another item…
      </QuietButton>
      <QuietButton onClick={unlink}>
        Unlink…
      </QuietButton>
    </Buttons>
  </div>
);

interface OutLinkProps {
  readonly href: string;
  readonly icon: IconDefinition;
  readonly words: string;
}

/** A link that leaves Stash. */
export const OutLink = ({ href, icon, words }: OutLinkProps): ReactElement => (
  <a className="btn btn-secondary btn-sm" href={href} target="_blank" rel="noreferrer">
    {words} <Icon icon={icon} />
  </a>
);

interface UnlinkDialogProps {
  readonly item: string;
  readonly onCancel: () => void;
  readonly onUnlink: () => void;
}

export const UnlinkDialog = ({ item, onCancel, onUnlink }: UnlinkDialogProps): ReactElement => (
  <Dialog title={`Stop writing to item ${item}?`} accept="Unlink" onAccept={onUnlink} onCancel={onCancel}>
    What PlexSync wrote there stays.
  </Dialog>
);
