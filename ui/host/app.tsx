/** Stands in for Stash's interface: enough of it for a plugin's script and page. */
import * as React from "react";
import { IntlProvider } from "react-intl";
import { Route, Switch } from "react-router-dom";
import { MainNavbar } from "./navbar.tsx";
import { patched } from "./patch.tsx";
import { LoadingIndicator } from "./shared.tsx";
import { ToastProvider } from "./toast.tsx";

const Scenes = React.lazy(() => import("./scenes.tsx"));
const Settings = React.lazy(() => import("./settings.tsx"));

const PluginRoutes = patched("PluginRoutes", (...[props]) => (
  <>{(props as React.PropsWithChildren<object>).children}</>
)) as React.FunctionComponent;

/** Shows an error in place of everything, as Stash does. */
class ErrorBoundary extends React.Component<React.PropsWithChildren<object>, { readonly error: Error | null }> {
  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override state: { readonly error: Error | null } = { error: null };

  override render(): React.ReactNode {
    return this.state.error ? <h1>Something went wrong: {this.state.error.message}</h1> : this.props.children;
  }
}

export function App(): React.ReactElement {
  React.useEffect(() => {
    const timer = setTimeout(() => (document.title = "Stash"), 20);
    return () => clearTimeout(timer);
  });
  return (
    <ErrorBoundary>
      <IntlProvider locale={navigator.language} onError={() => undefined}>
        <ToastProvider>
          <MainNavbar />
          <div className="main container-fluid">
            <React.Suspense fallback={<LoadingIndicator />}>
              <Switch>
                <Route path="/scenes" component={Scenes} />
                <Route path="/settings" component={Settings} />
                <PluginRoutes />
                <Route render={() => <h2>Stash</h2>} />
              </Switch>
            </React.Suspense>
          </div>
        </ToastProvider>
      </IntlProvider>
    </ErrorBoundary>
  );
}
