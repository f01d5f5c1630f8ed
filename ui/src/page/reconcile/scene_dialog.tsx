/** One scene in full: every field with its sentence, both pictures, and what stays. */
import { Icon, Link, Modal, React, below, icons, useIntl } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { PlexPicture } from "../../parts/plex_picture.tsx";
import { Grey, SmallGrey } from "../../parts/text.tsx";
import { usePolled } from "../../parts/use_polled.ts";
import { call } from "../../protocol/call.ts";
import type { FieldDetail, ItemDetail } from "../../protocol/operations.ts";
import { told } from "../../words/advice.ts";
import { changedParts } from "../../words/changed.ts";
import { fieldName } from "../../words/fields.ts";
import { counted } from "../../words/numbers.ts";
import { Names, Text } from "./value.tsx";

interface SceneDialogProps {
  readonly scene: number;
  readonly onClose: () => void;
}

export function SceneDialog({ scene, onClose }: SceneDialogProps): ReactElement {
  const { locale } = useIntl();
  const { value: detail, error, refresh } = usePolled((signal) => call("scene_detail", { scene }, signal));
  const equal = (detail?.items ?? []).reduce((sum, item) => sum + item.equal, 0);
  return (
    <Modal show onHide={onClose} size="lg" aria-labelledby="plexsync-scene" restoreFocus>
      <Modal.Header closeButton>
        <Modal.Title id="plexsync-scene">{detail?.title || `Scene ${scene}`}</Modal.Title>
      </Modal.Header>
      {/* Stash lets it scroll: the keyboard has to come here for that. */}
      <Modal.Body className="ps-scene" tabIndex={0}>
        <ErrorBox error={error} again={refresh} />
        {!error && !detail && <Loading />}
        {detail?.trouble && <Said text={told(detail.trouble)} />}
        {detail?.reasons.map(({ text, next_step }) => (
          <Said key={text} text={`${text} ${next_step}`} />
        ))}
        {detail?.items.map((item) => (
          <Item key={item.rating_key} scene={scene} item={item} isOneOf={detail.items.length} />
        ))}
      </Modal.Body>
      <Modal.Footer>
        <span className="ps-grey ps-stretch">
          {equal > 0 ? `${counted(equal, "field", locale)} ${equal === 1 ? "is" : "are"} equal` : ""}
        </span>
        <Link className="btn btn-secondary" to={`/scenes/${scene}`}>
          Open scene
        </Link>
      </Modal.Footer>
    </Modal>
  );
}

const Said = ({ text }: { readonly text: string }): ReactElement => <p>{text}</p>;

interface ItemProps {
  readonly scene: number;
  readonly item: ItemDetail;
  readonly isOneOf: number;
}

const Item = ({ scene, item, isOneOf }: ItemProps): ReactElement => (
  <section>
    {isOneOf > 1 && (
      <h3>
        {item.title} <SmallGrey>in {item.library}</SmallGrey>
      </h3>
    )}
    {item.fields.length === 0 && <Said text="Plex shows what Stash says." />}
    {item.fields.map((field) => (
      <FieldBlock key={field.field} {...{ scene, field }} item={item.rating_key} />
    ))}
  </section>
);

interface FieldBlockProps {
  readonly scene: number;
  readonly item: string;
  readonly field: FieldDetail;
}

const FieldBlock = ({ scene, item, field }: FieldBlockProps): ReactElement => (
  <div className="ps-field">
    <div className="ps-field-head">
      <b>{fieldName(field.field)}</b>
      <span className={field.outcome === "kept" ? "ps-grey" : "ps-blue"}>
        {field.outcome === "kept" && <Icon icon={icons.faLock} />}
        {field.why}
      </span>
    </div>
    {field.is_picture ? <Pictures {...{ scene, item, field }} /> : <Value of={field} />}
    <SmallGrey>
      {field.advice.text}
      {field.outcome === "kept" ? stashSays(field) : ""}
    </SmallGrey>
  </div>
);

const stashSays = ({ stash, is_picture }: FieldDetail): string =>
  is_picture || stash.length === 0 ? "" : ` Stash says ‘${typeof stash === "string" ? stash : stash.join(", ")}’.`;

function Value({ of: { now, after, outcome } }: { readonly of: FieldDetail }): ReactElement {
  if (typeof now !== "string" || typeof after !== "string") return <List now={[...now]} after={[...after]} />;
  if (outcome === "kept") return <div>{now}</div>;
  if (now && after && now.includes(" ")) return <Changed now={now} after={after} />;
  return (
    <div>
      <Grey>
        <Text text={now} /> →{" "}
      </Grey>
      <Text text={after} />
    </div>
  );
}

const Changed = ({ now, after }: { readonly now: string; readonly after: string }): ReactElement => (
  <div className="ps-changed">
    {changedParts(now, after).map(({ text, kind }, at) =>
      kind === "same" ? <span key={at}>{text}</span> : kind === "new" ? <ins key={at}>{text}</ins> : <del key={at}>{text}</del>,
    )}
  </div>
);

function List({ now, after }: { readonly now: readonly string[]; readonly after: readonly string[] }): ReactElement {
  const stays = after.filter((name) => now.includes(name));
  return (
    <div className="ps-names">
      <Names added={after.filter((name) => !now.includes(name))} removed={now.filter((name) => !after.includes(name))}>
        {stays.length > 0 ? `${stays.slice(0, 20).join(", ")} ${stays.length === 1 ? "stays" : "stay"}` : ""}
      </Names>
    </div>
  );
}

/** Stash's cover is Stash's own, so the browser reads it by itself. */
const Pictures = ({ scene, item, field }: FieldBlockProps): ReactElement => (
  <div className="ps-pictures">
    <PlexPicture item={item} picture={field.field === "art" ? "art" : "poster"} alt={`In Plex: ${String(field.now)}`}>
      <Grey>{field.now}</Grey>
    </PlexPicture>
    <span aria-hidden>→</span>
    {field.outcome === "kept" ? null : <img src={below(`scene/${scene}/screenshot`).href} alt="The cover of Stash" />}
  </div>
);
