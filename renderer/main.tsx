import { connect } from "./client/connect.ts";
import { mount } from "./mount.tsx";

mount(connect(window));
