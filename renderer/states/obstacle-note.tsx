/** What is lost for this runtime because a right is missing, and the remedy. Nothing when all is there. */
export function ObstacleNote({ obstacle }: { readonly obstacle: string | null }) {
  if (obstacle === null) return null;
  return <p className="note obstacle">{obstacle}</p>;
}
