/** All that the page takes from Stash: its `PluginApi`, typed once. Every name here exists in Stash v0.27 and newer. */
import type * as ReactTypes from "react";
import type * as ReactDOMTypes from "react-dom";
import type * as BootstrapTypes from "react-bootstrap";
import type * as RouterTypes from "react-router-dom";
import type * as IntlTypes from "react-intl";
import type * as SolidIcons from "@fortawesome/free-solid-svg-icons";
import type { IconDefinition } from "@fortawesome/fontawesome-svg-core";

export type { ComponentType, HTMLAttributes, KeyboardEvent, MouseEvent, FormEvent, ReactElement, ReactNode, RefObject } from "react";
export type { IntlShape } from "react-intl";
export type { IconDefinition } from "@fortawesome/fontawesome-svg-core";

/** A button's properties, without those that are there and yet undefined. */
export type ButtonProps = Omit<BootstrapTypes.ButtonProps, "className"> & { readonly className?: string };

/** An input's properties, apart from those that differ between inputs. */
export type InputProps = {
  readonly [name in keyof Omit<ReactTypes.HTMLAttributes<HTMLElement>, "className" | "onChange">]: Exclude<
    ReactTypes.HTMLAttributes<HTMLElement>[name],
    undefined
  >;
};

/** A patched component's properties; Stash says of each patch point which ones it has. */
export type Props = { readonly children?: ReactTypes.ReactNode } & Readonly<Record<string, unknown>>;

/** What a `before` patch gives back: the arguments for whoever comes next. */
type Before = (props: Props) => [Props];
type Component = (props: Props) => ReactTypes.ReactElement | null;
type Instead = (...all: [Props, ...unknown[], Component]) => ReactTypes.ReactElement | null;

/** Stash's message in the corner: one at a time, a new one takes the place of the last. */
export interface Toasts {
  success(message: ReactTypes.ReactElement | string): void;
  error(error: unknown): void;
}

interface IconProps {
  readonly icon: IconDefinition;
  readonly className?: string;
  readonly spin?: boolean;
  readonly title?: string;
  readonly color?: string;
}

export interface PluginApi {
  readonly React: typeof ReactTypes;
  readonly ReactDOM: typeof ReactDOMTypes;
  readonly libraries: {
    readonly Bootstrap: typeof BootstrapTypes;
    readonly ReactRouterDOM: typeof RouterTypes;
    readonly Intl: typeof IntlTypes;
    readonly FontAwesomeSolid: typeof SolidIcons;
  };
  readonly components: {
    readonly Icon: ReactTypes.ComponentType<IconProps>;
  };
  readonly register: { route(path: string, component: ReactTypes.ComponentType): void };
  readonly patch: { before(name: string, patch: Before): void; instead(name: string, patch: Instead): void };
  readonly hooks: { useToast(): Toasts };
}

declare global {
  interface Window {
    PluginApi: PluginApi;
  }
}
