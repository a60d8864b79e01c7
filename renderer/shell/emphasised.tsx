import { Fragment } from "react";

/** Figures with a unit or with decimals; bare whole numbers stay plain. */
const FIGURE = /(\d[\d.,]*\s?(?:%|cores?\b|threads?\b|[KMGT]?i?B\b|ms\b|s\b|min\b|times\b(?: a second)?)|\d+\.\d+)/g;

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

/** A sentence with the parts between backquotes set as code. */
export function CodeInText({ text }: { readonly text: string }) {
  return (
    <>
      {text.split("`").map((part, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: parts never move
        index % 2 === 1 ? <code key={index}>{part}</code> : <Breakable key={index} text={part} />,
      )}
    </>
  );
}

/** Text whose dotted names (`concurrent.futures`) may break after a dot. */
function Breakable({ text }: { readonly text: string }) {
  return text.split(/(?<=\w\.)(?=[A-Za-z])/).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts never move
    <Fragment key={index}>
      {index > 0 ? <wbr /> : null}
      {part}
    </Fragment>
  ));
}
