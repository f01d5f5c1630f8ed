/** The list of scenes and a scene's page with its tabs. Loaded late, as in Stash. */
import * as React from "react";
import { Nav, Tab } from "react-bootstrap";
import { Link, Route, Switch, useParams } from "react-router-dom";
import { ask } from "./graphql.ts";
import { container } from "./patch.tsx";

interface Scene {
  readonly id: string;
  readonly title: string | null;
}

type Parts = Record<"Tabs" | "Content", React.FunctionComponent<Record<string, unknown>>>;

const Plain: Parts["Tabs"] = ({ children }) => <>{children}</>;

/** A scene's page has patch points since v0.28. */
const points: Promise<Parts> = ask<{ version: { version: string } }>("query { version { version } }").then((told) =>
  told.version.version.startsWith("v0.27")
    ? { Tabs: Plain, Content: Plain }
    : { Tabs: container("ScenePage.Tabs"), Content: container("ScenePage.TabContent") },
);

function List(): React.ReactElement {
  const [scenes, take] = React.useState<readonly Scene[]>([]);
  React.useEffect(() => {
    const query = "query { findScenes(filter: {per_page: 40}) { scenes { id title } } }";
    void ask<{ findScenes: { scenes: readonly Scene[] } }>(query).then((found) => take(found.findScenes.scenes));
  }, []);
  return (
    <ul className="list-unstyled row">
      {scenes.map((scene) => (
        <li className="card scene-card col-3 p-3" key={scene.id}>
          <Link to={`/scenes/${scene.id}`}>{scene.title || `Scene ${scene.id}`}</Link>
        </li>
      ))}
    </ul>
  );
}

function ScenePage(): React.ReactElement | null {
  const { id } = useParams<{ id: string }>();
  const [scene, take] = React.useState<Scene | null>(null);
  const [parts, have] = React.useState<Parts | null>(null);
  React.useEffect(() => {
    void points.then(have);
    const query = "query($id: ID!) { findScene(id: $id) { id title } }";
    void ask<{ findScene: Scene }>(query, { id }).then((found) => take(found.findScene));
  }, [id]);
  if (!scene || !parts) return null;
  const { Tabs, Content } = parts;
  return (
    <div className="row">
      <div className="scene-tabs order-xl-first order-last">
        <h3 className="scene-header">{scene.title || `Scene ${scene.id}`}</h3>
        <Tab.Container defaultActiveKey="scene-details-panel">
          <Nav variant="tabs" className="mr-auto">
            <Tabs scene={scene}>
              <Nav.Item>
                <Nav.Link eventKey="scene-details-panel">Details</Nav.Link>
              </Nav.Item>
            </Tabs>
          </Nav>
          <Tab.Content>
            <Content scene={scene}>
              <Tab.Pane eventKey="scene-details-panel">Details</Tab.Pane>
            </Content>
          </Tab.Content>
        </Tab.Container>
      </div>
    </div>
  );
}

export default function Scenes(): React.ReactElement {
  return (
    <Switch>
      <Route path="/scenes/:id" component={ScenePage} />
      <Route component={List} />
    </Switch>
  );
}
