import * as React from "react";
import { Button, Nav, Navbar } from "react-bootstrap";
import { Link, NavLink } from "react-router-dom";
import { faBars, faCog, faFilm, faPlayCircle, faQuestionCircle } from "@fortawesome/free-solid-svg-icons";
import { container } from "./patch.tsx";
import { Icon } from "./shared.tsx";

const MenuItems = container("MainNavBar.MenuItems");
const UtilityItems = container("MainNavBar.UtilityItems");

const Utility = (): React.ReactElement => (
  <UtilityItems>
    <NavLink className="nav-utility" exact to="/settings" aria-label="Settings">
      <span className="btn minimal d-flex align-items-center h-100">
        <Icon icon={faCog} />
      </span>
    </NavLink>
    <Button className="nav-utility minimal" title="Help">
      <Icon icon={faQuestionCircle} />
    </Button>
  </UtilityItems>
);

/** Stash's bar: its utility items are drawn twice, once for narrow windows. */
export const MainNavbar = (): React.ReactElement => (
  <Navbar fixed="top" variant="dark" bg="dark" className="top-nav" expand="xl">
    <Navbar.Collapse className="bg-dark order-sm-1">
      <Nav>
        <MenuItems>
          <Nav.Link as={NavLink} to="/scenes">
            <Icon icon={faPlayCircle} /> Scenes
          </Nav.Link>
          <Nav.Link as={NavLink} to="/groups">
            <Icon icon={faFilm} /> Groups
          </Nav.Link>
        </MenuItems>
      </Nav>
      <Nav className="d-xl-none">
        <Utility />
      </Nav>
    </Navbar.Collapse>
    <Navbar.Brand as="div">
      <Link className="btn minimal brand-link" to="/">
        Stash
      </Link>
    </Navbar.Brand>
    <Nav className="navbar-buttons flex-row ml-auto order-xl-2">
      <Utility />
      <Button as={Navbar.Toggle} className="nav-menu-toggle ml-sm-2">
        <Icon icon={faBars} />
      </Button>
    </Nav>
  </Navbar>
);
