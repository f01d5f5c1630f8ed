import { Link, React, useEffect, useHistory, useLocation } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ADDRESS } from "../../everywhere/address.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { PlainButton } from "../../parts/buttons.tsx";
import { usePolled } from "../../parts/use_polled.ts";
import { call } from "../../protocol/call.ts";
import type { SetupView, StepView } from "../../protocol/operations.ts";
import { usePage } from "../context.tsx";
import { Fields } from "./fields.tsx";
import { Finished } from "./finished.tsx";
import { Folders } from "./folders.tsx";
import { Libraries } from "./libraries.tsx";
import { Preview } from "./preview.tsx";
import { Server } from "./server.tsx";
import { SignIn } from "./sign_in.tsx";
import type { StepProps } from "./step_card.tsx";
import { addressOf, nextOf, shownStep, stepIn } from "./steps.ts";
import { TakingOver } from "./taking_over.tsx";

const CONTENTS: Readonly<Record<string, (props: StepProps) => ReactElement>> = {
  sign_in: SignIn,
  server: Server,
  libraries: Libraries,
  folders: Folders,
  fields: Fields,
  taking_over: TakingOver,
  preview: Preview,
};

/** The view "Set-up": one step after the other, each with its address, left and gone on with at any of them. */
export function Setup(): ReactElement {
  const { store } = usePage();
  const history = useHistory();
  const { pathname } = useLocation();
  const { value, error, take, refresh } = usePolled(() => call("setup", {}));
  const step = value ? shownStep(value, stepIn(pathname)) : "";
  useEffect(() => {
    if (value && stepIn(pathname) !== step) history.replace(addressOf(step));
  }, [value, pathname]);
  if (error) return <ErrorBox error={error} again={refresh} />;
  if (!value) return <Loading />;
  const goOn = (go: (address: string) => void) => (): void => {
    call("setup", {})
      .then((found) => {
        take(found);
        go(addressOf(nextOf(found) || (step === "sign_in" ? "server" : "")));
      })
      .catch(refresh);
  };
  const Content = CONTENTS[step];
  if (!Content) return <Finished setup={value} change={refresh} />;
  const started = (): void => {
    store.refresh();
    history.push(ADDRESS);
  };
  return (
    <>
      <Steps setup={value} step={step} />
      <Content
        key={step}
        next={step === "preview" ? started : goOn(history.push)}
        skip={goOn(history.replace)}
        isDone={value.steps.some((one) => one.step === step && one.state === "done")}
        recheck={refresh}
        isOver={!value.held}
      />
      <div className="ps-setup-foot">
        <Back setup={value} step={step} />
        <Link to={ADDRESS}>Finish later</Link>
      </div>
    </>
  );
}

interface StepsProps {
  readonly setup: SetupView;
  readonly step: string;
}

/** The bar of all steps; one that has an answer can be opened again. */
const Steps = ({ setup, step }: StepsProps): ReactElement => (
  <ol className="ps-steps" aria-label="Steps">
    {setup.steps.map((one) => (
      <li key={one.step} className={one.step === step ? "ps-is-now" : one.state === "done" ? "ps-is-done" : ""} aria-current={one.step === step ? "step" : undefined}>
        {one.state === "done" && one.step !== step ? (
          <Link title={one.answer} to={addressOf(one.step)}>
            {one.name}
          </Link>
        ) : (
          one.name
        )}
      </li>
    ))}
  </ol>
);

function Back({ setup, step }: StepsProps): ReactElement {
  const history = useHistory();
  const before: StepView | undefined = setup.steps[setup.steps.findIndex((one) => one.step === step) - 1];
  return (
    <PlainButton disabled={!before} onClick={() => before && history.push(addressOf(before.step))}>
      Back
    </PlainButton>
  );
}
