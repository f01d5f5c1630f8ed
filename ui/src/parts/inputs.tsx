/** Inputs as Stash has them. */
import { Form, React, useEffect, useState } from "../stash/index.ts";
import type { InputProps, ReactElement } from "../stash/index.ts";

const TYPED_MS = 250;
/** An operation takes no longer text to look for. */
const LONGEST = 200;

interface TextInputProps extends InputProps {
  readonly type?: "text" | "search" | "password" | "date";
  readonly value: string;
  readonly onText: (text: string) => void;
  readonly autoComplete?: "off";
  readonly maxLength?: number;
}

/** A text as it is typed. */
export const TextInput = ({ onText, ...rest }: TextInputProps): ReactElement => (
  <Form.Control className="text-input" onChange={(event) => onText(event.target.value)} {...rest} />
);

interface SearchBoxProps {
  /** What is looked for. */
  readonly label: string;
  readonly text: string;
  readonly onText: (text: string) => void;
}

/** A text to look for; it counts once the typing rests. */
export function SearchBox({ label, text, onText }: SearchBoxProps): ReactElement {
  const [typed, type] = useState(text);
  useEffect(() => type(text), [text]);
  useEffect(() => {
    if (typed === text) return undefined;
    const timer = setTimeout(() => onText(typed), TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return <TextInput type="search" placeholder={`${label}…`} aria-label={label} maxLength={LONGEST} value={typed} onText={type} />;
}

interface SelectProps extends InputProps {
  /** The values with their words. */
  readonly of: readonly (readonly [value: string, words: string])[];
  readonly value: string;
  readonly onPick: (value: string) => void;
  readonly disabled?: boolean;
  readonly isInvalid?: boolean;
}

/** One of several values. */
export const Select = ({ of, onPick, ...rest }: SelectProps): ReactElement => (
  <Form.Control as="select" className="input-control" onChange={(event) => onPick(event.target.value)} {...rest}>
    {of.map(([value, words]) => (
      <option key={value} value={value}>
        {words}
      </option>
    ))}
  </Form.Control>
);
