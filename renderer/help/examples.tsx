import { EXAMPLE_IDS, type ExampleId } from "../../core/launch/examples.ts";
import { VERDICT_LABELS } from "../../words/labels.ts";
import { useDesk } from "../act/use-desk.ts";
import { usePageState } from "../page/use-page.ts";
import { VerdictMark } from "../shell/verdict-mark.tsx";
import { EXAMPLE_TITLES } from "./example-titles.ts";

/** Buttons that start an example program each; nothing where the page can't start programs. */
export function Examples({ ids = EXAMPLE_IDS }: { readonly ids?: readonly ExampleId[] }) {
  const desk = useDesk();
  const desktop = usePageState((state) => state.welcome?.shell === "desktop");
  if (!desktop) return null;
  return (
    <ul className="examples" aria-label="Example programs">
      {ids.map((id) => (
        <li key={id}>
          <button
            type="button"
            className={`example-button v-${id}`}
            data-testid={`try-${id}`}
            onClick={() => {
              desk.close();
              void desk.launchExample(id);
            }}
          >
            <VerdictMark id={id} />
            <span>
              <b>{EXAMPLE_TITLES[id]}</b>
              <span className="dim">{VERDICT_LABELS[id]}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
