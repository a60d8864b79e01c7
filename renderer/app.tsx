import { type DragEvent, useEffect, useRef, useState } from "react";
import { DetailPane } from "./detail/detail.tsx";
import { ListPane } from "./list/list-pane.tsx";
import type { Page } from "./page/page.ts";
import { PageContext, usePage, usePageState, useStore } from "./page/use-page.ts";
import { Footer } from "./shell/footer.tsx";
import { Header } from "./shell/header.tsx";
import { HelpSheet } from "./shell/help-sheet.tsx";
import type { ThemeChoice } from "./shell/theme.ts";
import { ToastArea } from "./shell/toast.tsx";
import { useKeys } from "./shell/use-keys.ts";
import { Banner } from "./states/banner.tsx";
import { NoPython, Refused } from "./states/empty-states.tsx";
import { ErrorBoundary } from "./states/error-boundary.tsx";
import { ComparePane } from "./time/compare-pane.tsx";
import { TimeBar } from "./time/time-bar.tsx";

/** The whole window. */
export function App({ page, theme }: { readonly page: Page; readonly theme: ThemeChoice }) {
  useEffect(() => page.start(), [page]);
  return (
    <ErrorBoundary>
      <PageContext value={page}>
        <Window theme={theme} />
      </PageContext>
    </ErrorBoundary>
  );
}

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");

function Window({ theme }: { readonly theme: ThemeChoice }) {
  const page = usePage();
  const filter = useRef<HTMLInputElement>(null);
  const help = useRef<HTMLDialogElement>(null);
  const [dropping, setDropping] = useState(false);
  const empty = usePageState(
    (state) => state.view !== null && state.view.rows.length === 0 && state.list.runtimes === 0,
  );
  const refused = usePageState((state) => state.connection.state === "refused");
  const comparing = useStore(page.time.store, (state) => state.comparison !== null);
  useKeys(page, filter, help);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a file can be dropped anywhere; the Open button does the same
    <div
      className="window"
      onPointerDownCapture={() => page.settle()}
      onKeyDownCapture={() => page.settle()}
      onWheelCapture={() => page.settle()}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={(event) => {
        if (event.relatedTarget === null) setDropping(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setDropping(false);
        const file = event.dataTransfer.files[0];
        if (file) void page.openFile(file);
      }}
    >
      <Header filter={filter} theme={theme} onHelp={() => help.current?.showModal()} />
      <Banner />
      <div className="body">
        <ListPane />
        {refused ? <Refused /> : comparing ? <ComparePane /> : empty ? <NoPython /> : <DetailPane />}
      </div>
      <TimeBar />
      <Footer />
      <ToastArea />
      <HelpSheet dialog={help} />
      {dropping ? <div className="drop-target">Drop a Gilscope snapshot or recording to open it</div> : null}
    </div>
  );
}
