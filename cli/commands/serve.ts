import type { Command } from "../command.ts";

export const serveCommand: Command = {
  name: "serve",
  forms: ["serve [FILE] [--port N|--socket PATH] [--metrics --metrics-token-file FILE] [--allow-actions]"],
  summary: "Shows the window's page in a browser on this machine, until it is interrupted.",
  options: {
    port: { type: "string", placeholder: "N", help: "Port on 127.0.0.1; default any free one." },
    socket: { type: "string", placeholder: "PATH", help: "Listen on a Unix socket that only its owner may open." },
    "allow-actions": {
      type: "boolean",
      help: "Let viewers send signals and set priority and affinity; otherwise they only look.",
    },
    metrics: { type: "boolean", help: "Serve /metrics for Prometheus (OpenMetrics), by program and family." },
    "metrics-token-file": {
      type: "string",
      placeholder: "FILE",
      help: "Holds the bearer token that /metrics wants; made if it is missing.",
    },
  },
  // Loaded when asked for: the other commands need no server, and memory is what a monitor should be sparing with.
  run: async (given, context) => (await import("../serve.ts")).serve(given, context),
};
