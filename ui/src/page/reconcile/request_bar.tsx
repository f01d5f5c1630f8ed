/** What is compared, and so what is written: the scope and the kinds. */
import { ButtonGroup, Dropdown, Icon, React, icons, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { PlainButton } from "../../parts/buttons.tsx";
import { Select, TextInput } from "../../parts/inputs.tsx";
import { useNarrow } from "../../parts/many_rows/use_narrow.ts";
import { SmallGrey } from "../../parts/text.tsx";
import { KINDS, SCOPES } from "./query.ts";
import type { AskedScenes, GapKind, Scope } from "./query.ts";
import { KIND_HELP, KIND_NAMES, SCOPE_NAMES } from "./words.ts";

interface RequestBarProps {
  readonly asked: AskedScenes;
  readonly change: (change: Partial<AskedScenes>) => void;
  readonly children: ReactElement | null;
}

/** The bar; its children are the buttons. */
export function RequestBar({ asked, change, children }: RequestBarProps): ReactElement {
  const narrow = useNarrow();
  return (
    <div className="ps-request">
      <span id="plexsync-scope">Compare</span>
      {narrow ? <ScopeSelect {...{ asked, change }} /> : <ScopeButtons {...{ asked, change }} />}
      {asked.scope === "custom" && <Dates {...{ asked, change }} />}
      <Kinds {...{ asked, change }} />
      {children}
    </div>
  );
}

type PartProps = Pick<RequestBarProps, "asked" | "change">;

const ScopeButtons = ({ asked, change }: PartProps): ReactElement => (
  <ButtonGroup aria-labelledby="plexsync-scope">
    {SCOPES.map((scope) => (
      <PlainButton
        key={scope}
        active={scope === asked.scope}
        aria-pressed={scope === asked.scope}
        onClick={() => change({ scope })}
      >
        {SCOPE_NAMES[scope]}
      </PlainButton>
    ))}
  </ButtonGroup>
);

const ScopeSelect = ({ asked, change }: PartProps): ReactElement => (
  <Select aria-labelledby="plexsync-scope" value={asked.scope} onPick={(scope) => change({ scope: scope as Scope })} of={SCOPES.map((scope) => [scope, SCOPE_NAMES[scope] ?? scope])} />
);

const Dates = ({ asked, change }: PartProps): ReactElement => (
  <span className="ps-dates">
    <DateInput name="From" value={asked.begin} onPick={(begin) => change({ begin })} />
    <DateInput name="To" value={asked.end} onPick={(end) => change({ end })} />
  </span>
);

interface DateInputProps {
  readonly name: string;
  readonly value: string;
  readonly onPick: (day: string) => void;
}

const DateInput = ({ name, value, onPick }: DateInputProps): ReactElement => (
  <label>
    {name}
    <TextInput type="date" value={value} onText={onPick} />
  </label>
);

/** The kinds in a menu that stays open while one chooses. None chosen means all. */
function Kinds({ asked, change }: PartProps): ReactElement {
  const [open, setOpen] = useState(false);
  const { kinds } = asked;
  const flip = (kind: GapKind): void => {
    const now = kinds.includes(kind) ? kinds.filter((one) => one !== kind) : [...kinds, kind];
    change({ kinds: now.length === KINDS.length ? [] : now });
  };
  const toggle = (isOpen: boolean, _: unknown, { source }: { readonly source: string }): void => {
    if (source !== "select") setOpen(isOpen);
  };
  return (
    <Dropdown show={open} onToggle={toggle}>
      <Dropdown.Toggle variant="secondary">
        {kinds.length === 0 ? "All kinds" : kinds.map((kind) => KIND_NAMES[kind]).join(", ")} <Icon icon={icons.faChevronDown} />
      </Dropdown.Toggle>
      <Dropdown.Menu className="bg-secondary text-white">
        <Dropdown.Item as="button" className="bg-secondary text-white" onClick={() => change({ kinds: [] })}>
          <Mark on={kinds.length === 0} /> All kinds
        </Dropdown.Item>
        {KINDS.map((kind) => (
          <Dropdown.Item
            key={kind}
            as="button"
            className="bg-secondary text-white"
            aria-checked={kinds.includes(kind)}
            role="menuitemcheckbox"
            onClick={() => flip(kind)}
          >
            <Mark on={kinds.includes(kind)} /> {KIND_NAMES[kind]} <SmallGrey>{KIND_HELP[kind]}</SmallGrey>
          </Dropdown.Item>
        ))}
      </Dropdown.Menu>
    </Dropdown>
  );
}

const Mark = ({ on }: { readonly on: boolean }): ReactElement => (
  <span className="ps-mark" aria-hidden>
    {on ? "✓" : ""}
  </span>
);
