import { type DragEvent, useEffect, useRef, useState } from "react";
import type { Desk } from "./act/desk.ts";
import { Sheets } from "./act/sheets.tsx";
import { DeskContext, useDesk, useSetting } from "./act/use-desk.ts";
import { DetailPane } from "./detail/detail.tsx";
import { LaunchedPanel } from "./launch/launched-panel.tsx";
import { ListPane } from "./list/list-pane.tsx";
import type { Page } from "./page/page.ts";
import { PageContext, usePage, usePageState, useStore } from "./page/use-page.ts";
import { Footer } from "./shell/footer.tsx";
import { Header } from "./shell/header.tsx";
import { ToastArea } from "./shell/toast.tsx";
import { useKeys } from "./shell/use-keys.ts";
import { Banner } from "./states/banner.tsx";
import { NoPython, Refused } from "./states/empty-states.tsx";
import { ErrorBoundary } from "./states/error-boundary.tsx";
import { ComparePane } from "./time/compare-pane.tsx";
import { TimeBar } from "./time/time-bar.tsx";

/** The whole window. */
export function App({ page, desk }: { readonly page: Page; readonly desk: Desk }) {
  useEffect(() => page.start(), [page]);
  return (
    <ErrorBoundary>
      <PageContext value={page}>
        <DeskContext value={desk}>
          <WindowInUnits />
        </DeskContext>
      </PageContext>
    </ErrorBoundary>
  );
}

/** Figures are written anew when the units change. */
function WindowInUnits() {
  return <Window key={useSetting((settings) => settings.byteUnits)} />;
}

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");

function Window() {
  const page = usePage();
  const desk = useDesk();
  const filter = useRef<HTMLInputElement>(null);
  const [dropping, setDropping] = useState(false);
  const empty = usePageState(
    (state) => state.view !== null && state.view.rows.length === 0 && state.list.runtimes === 0,
  );
  const refused = usePageState((state) => state.connection.state === "refused");
  const comparing = useStore(page.time.store, (state) => state.comparison !== null);
  useKeys(page, filter, desk);
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
      <Header filter={filter} />
      <Banner />
      <div className="body">
        <ListPane />
        {refused ? <Refused /> : comparing ? <ComparePane /> : empty ? <NoPython /> : <DetailPane />}
        <LaunchedPanel />
      </div>
      <TimeBar />
      <Footer />
      <ToastArea />
      <Sheets />
      {dropping ? <div className="drop-target">Drop a Gilscope snapshot or recording to open it</div> : null}
    </div>
  );
}
