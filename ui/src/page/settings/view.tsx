import { React, useEffect, useHistory, useLocation, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Empty, ErrorBox, Loading } from "../../parts/answers.tsx";
import { Select, TextInput } from "../../parts/inputs.tsx";
import { OtherTools } from "../../parts/other_tools.tsx";
import { usePolled } from "../../parts/use_polled.ts";
import { call } from "../../protocol/call.ts";
import type { SettingView, SettingsSection, SettingsView } from "../../protocol/operations.ts";
import { troubleOf } from "../../words/advice.ts";
import { usePage } from "../context.tsx";
import { Section } from "./section.tsx";

/** The view "Settings": all of them in groups, each with where its value is from. */
export function Settings(): ReactElement {
  const { store } = usePage();
  const { value, error, take, refresh } = usePolled(() => call("settings", {}));
  const [words, setWords] = useState("");
  useScrollToSection(value !== null);
  if (!value) return error ? <ErrorBox error={error} again={refresh} /> : <Loading />;
  const keep = (row: SettingView): void => {
    take(withRow(value, row));
    void store.refresh();
  };
  const found = value.sections.map((section) => matching(section, words)).filter(({ rows }) => rows.length > 0);
  return (
    <div className="ps-settings">
      <Sections sections={value.sections} words={words} find={setWords} />
      <div className="ps-sections">
        {value.file_problem && <ErrorBox error={troubleOf(value.file_problem)} />}
        <OtherTools />
        {found.length === 0 && <Empty>No setting has these words.</Empty>}
        {found.map((section) => (
          <Section key={section.name} section={section} keep={keep} isSearch={words !== ""} />
        ))}
      </div>
    </div>
  );
}

interface SectionsProps {
  readonly sections: readonly SettingsSection[];
  readonly words: string;
  readonly find: (words: string) => void;
}

/** A box to find a setting, and the way to each group: links, and a choice on a phone. */
function Sections({ sections, words, find }: SectionsProps): ReactElement {
  const history = useHistory();
  const { hash, pathname } = useLocation();
  const open = hash.slice(1) || sections[0]?.name || "";
  return (
    <div className="ps-sections-nav">
      <TextInput type="search" placeholder="Find a setting…" aria-label="Find a setting" value={words} onText={find} />
      <nav aria-label="Groups of settings" className="nav nav-pills flex-column">
        {sections.map(({ name, title }) => (
          <a key={name} href={`#${name}`} className={`nav-link ${name === open ? "active" : ""}`} aria-current={name === open ? "true" : undefined} onClick={(event) => (event.preventDefault(), history.push(`${pathname}#${name}`))}>
            {title}
          </a>
        ))}
      </nav>
      <div className="ps-sections-choice">
        <Select aria-label="Group of settings" value={open} onPick={(name) => history.push(`${pathname}#${name}`)} of={sections.map(({ name, title }) => [name, title])} />
      </div>
    </div>
  );
}

/** Bring the group that the address names into sight; Stash scrolls to the top by itself first. */
function useScrollToSection(ready: boolean): void {
  const { hash } = useLocation();
  useEffect(() => {
    if (!ready || !hash) return undefined;
    const timer = setTimeout(() => {
      const section = document.getElementById(hash.slice(1));
      if (section instanceof HTMLDetailsElement) section.open = true;
      section?.scrollIntoView();
    }, 60);
    return () => clearTimeout(timer);
  }, [hash, ready]);
}

const withRow = (view: SettingsView, row: SettingView): SettingsView => ({
  ...view,
  sections: view.sections.map((section) => ({ ...section, rows: section.rows.map((one) => (one.key === row.key ? row : one)) })),
});

function matching(section: SettingsSection, words: string): SettingsSection {
  const wanted = words.trim().toLowerCase();
  if (!wanted || section.title.toLowerCase().includes(wanted)) return section;
  return { ...section, rows: section.rows.filter(({ key, name, help }) => `${key} ${name} ${help}`.toLowerCase().includes(wanted)) };
}
