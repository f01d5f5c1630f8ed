/** Stash's own libraries and parts. Everything of ours takes them from here and from nowhere else. */
import type { PluginApi } from "./api.ts";

export type * from "./api.ts";
export * from "./place.ts";

export const api: PluginApi = window.PluginApi;
export const React = api.React;
export const { Badge, Button, ButtonGroup, Dropdown, Form, Modal, Nav, Overlay, Popover, Spinner, Tab } = api.libraries.Bootstrap;
export const { Link, NavLink, useHistory, useLocation, useParams } = api.libraries.ReactRouterDOM;
export const { useIntl } = api.libraries.Intl;
export const { useCallback, useContext, useEffect, useMemo, useRef, useState } = api.React;
export const icons = api.libraries.FontAwesomeSolid;
export const { Icon } = api.components;
export const useToast = (): ReturnType<PluginApi["hooks"]["useToast"]> => api.hooks.useToast();
