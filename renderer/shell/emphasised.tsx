const FIGURE = /(\d[\d.,]*(?:\s?(?:%|×|cores?\b|GiB|MiB|KiB|ms\b|s\b|min\b|times\/s|times a second|\/s))?)/g;

/** A sentence with its figures set in bold. Text only: nothing in it is ever markup. */
export function Emphasised({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(FIGURE).map((part, index) =>
        // Every second part is a figure: split keeps what the group caught. Parts never move, so their place is their key.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        index % 2 === 1 ? <b key={index}>{part}</b> : part,
      )}
    </>
  );
}
