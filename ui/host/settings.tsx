/** Settings with the two sections that a plugin adds to: Tools and Plugins. Loaded late, as in Stash. */
import * as React from "react";
import { Button, Form } from "react-bootstrap";
import { Link, useLocation } from "react-router-dom";
import { ask } from "./graphql.ts";
import { container, point } from "./patch.tsx";

interface Setting {
  readonly name: string;
  readonly display_name: string | null;
  readonly description: string | null;
  readonly type: "STRING" | "NUMBER" | "BOOLEAN";
}

interface Plugin {
  readonly id: string;
  readonly name: string;
  readonly version: string | null;
  readonly description: string | null;
  readonly hooks: readonly { readonly name: string }[] | null;
  readonly settings: readonly Setting[] | null;
}

const ToolsSection = container("SettingsToolsSection");

const Section = ({ heading, children }: React.PropsWithChildren<{ readonly heading: string }>): React.ReactElement => (
  <div className="setting-section">
    <h1>{heading}</h1>
    <div className="card">{children}</div>
  </div>
);

const Row = ({ heading }: { readonly heading: React.ReactNode }): React.ReactElement => (
  <div className="setting">
    <div>
      <h3>{heading}</h3>
    </div>
    <div />
  </div>
);

const PluginSettings = point(
  "PluginSettings",
  ({ settings }: { readonly pluginID: string; readonly settings: readonly Setting[] }) => (
    <div className="plugin-settings">
      {settings.map((setting) => (
        <div className="setting" key={setting.name}>
          <div>
            <h3>{setting.display_name || setting.name}</h3>
            <div className="sub-heading">{setting.description}</div>
          </div>
          <div>
            {setting.type === "BOOLEAN" ? (
              <Form.Switch id={setting.name} label="" aria-label={setting.name} />
            ) : (
              <Form.Control className="text-input" aria-label={setting.name} />
            )}
          </div>
        </div>
      ))}
    </div>
  ),
);

function PluginsPanel(): React.ReactElement {
  const [plugins, take] = React.useState<readonly Plugin[]>([]);
  React.useEffect(() => {
    const fields = "id name version description hooks { name } settings { name display_name description type }";
    void ask<{ plugins: readonly Plugin[] }>(`query { plugins { ${fields} } }`).then((found) => take(found.plugins));
  }, []);
  return (
    <Section heading="Plugins">
      {plugins.map((plugin) => (
        <div className="setting-group" key={plugin.id}>
          <Row heading={`${plugin.name} (${plugin.version ?? ""})`} />
          {(plugin.hooks ?? []).map((hook) => (
            <Row key={hook.name} heading={hook.name} />
          ))}
          <PluginSettings pluginID={plugin.id} settings={plugin.settings ?? []} />
        </div>
      ))}
    </Section>
  );
}

const ToolsPanel = (): React.ReactElement => (
  <>
    <Section heading="Tools">
      <ToolsSection>
        <Row heading={<a className="btn btn-primary" href="playground">GraphQL playground</a>} />
      </ToolsSection>
    </Section>
    <Section heading="Scene Tools">
      <ToolsSection>
        <Row
          heading={
            <Link to="/sceneDuplicateChecker">
              <Button>Scene Duplicate Checker</Button>
            </Link>
          }
        />
      </ToolsSection>
    </Section>
  </>
);

/** The page at /settings?tab=plugins or ?tab=tools. */
export default function Settings(): React.ReactElement {
  const tab = new URLSearchParams(useLocation().search).get("tab") ?? "tasks";
  return (
    <div id="settings-container" className="row">
      <div id="settings-menu-container" className="col-sm-3">
        <Link to="/settings?tab=plugins">Plugins</Link> <Link to="/settings?tab=tools">Tools</Link>
      </div>
      <div className="tab-content col-sm-9">
        {tab === "plugins" ? <PluginsPanel /> : null}
        {tab === "tools" ? <ToolsPanel /> : null}
      </div>
    </div>
  );
}
