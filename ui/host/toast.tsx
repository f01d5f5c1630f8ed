import * as React from "react";
import { Button, Modal, Toast } from "react-bootstrap";

interface Shown {
  readonly id: number;
  readonly content: React.ReactNode;
  readonly variant: "success" | "danger";
}

const Context = React.createContext<(content: React.ReactNode, variant: Shown["variant"]) => void>(() => undefined);

/** One message at a time, top right; a new one takes the place of the last. A click on its words opens them in a dialog. */
export function ToastProvider({ children }: { readonly children: React.ReactNode }): React.ReactElement {
  const [shown, show] = React.useState<Shown | null>(null);
  const [isOpen, open] = React.useState(false);
  const add = React.useCallback((content: React.ReactNode, variant: Shown["variant"]) => {
    show((last) => ({ id: (last?.id ?? 0) + 1, content, variant }));
  }, []);
  return (
    <Context.Provider value={add}>
      {children}
      <div className="toast-container">
        {shown && !isOpen ? (
          <Toast key={shown.id} autohide delay={3000} className={shown.variant} onClose={() => show(null)}>
            <Toast.Header>
              <span onClick={() => open(true)}>{shown.content}</span>
            </Toast.Header>
          </Toast>
        ) : null}
      </div>
      <Modal show={isOpen} onHide={() => open(false)}>
        <Modal.Body>{shown?.content}</Modal.Body>
        <Modal.Footer>
          <Button onClick={() => open(false)}>Close</Button>
        </Modal.Footer>
      </Modal>
    </Context.Provider>
  );
}

export const useToast = () => {
  const add = React.useContext(Context);
  return React.useMemo(
    () => ({
      toast: (item: { content: React.ReactNode }) => add(item.content, "success"),
      success: (content: React.ReactNode) => add(content, "success"),
      error: (problem: unknown) => {
        console.error(problem);
        add(problem instanceof Error ? problem.message : String(problem), "danger");
      },
    }),
    [add],
  );
};
