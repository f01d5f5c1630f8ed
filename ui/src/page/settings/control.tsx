import { Form, React } from "../../stash/index.ts";
import type { KeyboardEvent, ReactElement } from "../../stash/index.ts";
import { Select } from "../../parts/inputs.tsx";
import type { SettingView } from "../../protocol/operations.ts";
import type { Editing } from "./use_setting.ts";

interface ControlProps {
  readonly row: SettingView;
  readonly editing: Editing;
  readonly label: string;
}

/** The input of one setting. A switch or a choice is kept at once, a text when it is left or with Enter. */
export function Control({ row, editing, label }: ControlProps): ReactElement {
  const id = `plexsync-${row.key}`;
  const common = {
    id,
    "aria-label": label,
    "aria-describedby": `${id}-said`,
    disabled: row.origin === "environment" || editing.busy,
    isInvalid: editing.wrong !== "",
  };
  if (row.input === "switch") {
    const on = (row.value || row.default) === "true";
    return <Form.Check {...common} type="switch" checked={on} onChange={() => editing.save(on ? "false" : "true")} />;
  }
  if (row.input === "choice") {
    return <Select {...common} value={row.value || row.default} onPick={editing.save} of={row.choices.map(({ word, name }) => [word, name])} />;
  }
  const leave = (event: KeyboardEvent): void => {
    if (event.key === "Enter") editing.save();
  };
  return (
    <>
      <Form.Control
        {...common}
        className="text-input"
        type={row.input === "secret" ? "password" : "text"}
        inputMode={row.input === "number" ? "decimal" : "text"}
        autoComplete="off"
        value={editing.text}
        placeholder={row.input === "secret" ? row.value : row.default}
        onChange={(event) => editing.type(event.target.value)}
        onBlur={() => editing.text !== "" || row.input !== "secret" ? editing.save() : undefined}
        onKeyDown={leave}
      />
      {row.unit && <span className="ps-unit">{row.unit}</span>}
    </>
  );
}
