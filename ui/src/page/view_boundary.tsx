import { React } from "../stash/index.ts";
import type { ReactNode } from "../stash/index.ts";
import { ErrorBox } from "../parts/answers.tsx";
import { Card } from "../parts/card.tsx";

interface ViewBoundaryProps {
  readonly children: ReactNode;
}

/** Holds a failure of one view, so that the way to the others stays. */
export class ViewBoundary extends React.Component<ViewBoundaryProps, { readonly error: Error | null }> {
  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override state: { readonly error: Error | null } = { error: null };

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    const told = new Error(`This view failed: ${error.message}. It is a mistake of PlexSync’s, and nothing was lost.`);
    return (
      <Card>
        <ErrorBox error={told} again={() => this.setState({ error: null })} />
      </Card>
    );
  }
}
