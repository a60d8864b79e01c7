import { obstacleRemedy, obstacleSentence } from "../../words/obstacle.ts";
import { CodeInText } from "../shell/emphasised.tsx";

/** Obstacles that need no note: nothing is lost that this rung of evidence gives. */
const QUIET: ReadonlySet<string> = new Set(["unknown-layout", "no-runtime"]);

/** What is not known of this runtime because a right is missing, and the remedy. Nothing when all is there. */
export function ObstacleNote({ obstacle, unseen }: { readonly obstacle: string | null; readonly unseen: boolean }) {
  if (obstacle === null) return null;
  if (QUIET.has(obstacle) && !unseen) return null;
  const remedy = obstacleRemedy(obstacle);
  return (
    <p className="note obstacle" data-testid="obstacle">
      <b>What its threads wait for {unseen ? "is not known" : "is only partly known"}.</b> {obstacleSentence(obstacle)}{" "}
      <CodeInText text={remedy} />
    </p>
  );
}
