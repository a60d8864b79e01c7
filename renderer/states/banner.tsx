import { usePage, usePageState } from "../page/use-page.ts";

/** One line under the header when something about the source of figures is not as usual. */
export function Banner() {
  const page = usePage();
  const connection = usePageState((state) => state.connection.state);
  const status = usePageState((state) => state.status.state);
  const reason = usePageState((state) => ("reason" in state.status ? state.status.reason : ""));
  const file = usePageState((state) => state.file);
  const hasFigures = usePageState((state) => state.view !== null);
  const canClose = usePageState((state) => state.welcome?.sources.some((source) => source.id === "live") ?? false);
  if (connection === "lost") {
    return (
      <section className="banner warn" aria-label="Notice" data-testid="banner-lost">
        <b>Gilscope does not answer.</b> {hasFigures ? "These are the last figures; the page" : "The page"} tries again
        by itself.
      </section>
    );
  }
  if (file) {
    return (
      <section className="banner file" aria-label="Opened file" data-testid="banner-file">
        <span className="banner-text">
          <b title={file.fileName ?? ""}>{file.fileName}</b>
          <span>
            recorded on {file.host.hostName} · {file.host.onlineCpus} cores · {file.host.operatingSystem}
            {file.lastWallMs === null
              ? ""
              : ` · ${new Date(file.lastWallMs).toLocaleString(undefined, { hour12: false })}`}
          </span>
        </span>
        {canClose ? (
          <button type="button" className="button" onClick={() => page.closeFile()}>
            Close file
          </button>
        ) : null}
      </section>
    );
  }
  if (status === "stopped") {
    return (
      <section className="banner bad" aria-label="Notice" data-testid="banner-stopped">
        <b>Sampling has stopped:</b> {reason}. What is shown stands still.
      </section>
    );
  }
  if (status === "restarting") {
    return (
      <section className="banner warn" aria-label="Notice" data-testid="banner-restarting">
        <b>Sampling is starting again</b> after a fault: {reason}. History is kept.
      </section>
    );
  }
  return null;
}
