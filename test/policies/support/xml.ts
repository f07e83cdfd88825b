import { expect } from "chai";

/** An element of an XML document. */
export interface Element {
    name: string;
    attributes: Record<string, string>;
    children: Element[];
    /** All text directly inside, with references resolved. */
    text: string;
}

const NAME = "[A-Za-z_][\\w.-]*";
const DECLARATION = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n/;
/** A start tag with its attributes, an end tag, or text up to the next tag. Nothing else may stand in a report. */
const TOKEN = new RegExp(`<(${NAME})((?:\\s+${NAME}="[^<"]*")*)\\s*(/?)>|</(${NAME})\\s*>|([^<]+)`, "y");
const REFERENCES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
/** What XML 1.0 allows as a character, in text and behind a reference. */
const CHARACTERS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** Reads a document without doctype, comments and namespaces. Fails on anything that XML 1.0 does not allow. */
export function parseXml(document: string): Element {
    expect(document, "declaration").to.match(DECLARATION);
    const body = document.replace(DECLARATION, "").trimEnd();
    const root = newElement("", "");
    const open = [root];
    for (let position = 0; position < body.length; position = TOKEN.lastIndex) {
        TOKEN.lastIndex = position;
        const found = TOKEN.exec(body);
        expect(found, `markup at "${body.slice(position, position + 40)}"`).not.to.equal(null);
        const [, name, attributes = "", empty, end, text] = found ?? [];
        const parent = open[open.length - 1] ?? root;
        if (name !== undefined) {
            const element = newElement(name, attributes);
            parent.children.push(element);
            open.push(...(empty === "/" ? [] : [element]));
        } else if (end !== undefined) {
            expect(end, "end tag").to.equal(parent.name);
            open.pop();
        } else {
            parent.text += resolved(oneKindOfBreak(text ?? ""));
        }
    }
    expect(open, "elements left open").to.have.length(1);
    expect(root.children, "elements at the top").to.have.length(1);
    expect(root.text, "text at the top").to.equal("");
    return root.children[0] ?? root;
}

function newElement(name: string, attributes: string): Element {
    const pairs = [...attributes.matchAll(/([^\s=]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [
        key,
        resolved(oneKindOfBreak(value).replace(/[\t\n]/g, " ")),
    ]);
    expect(new Set(pairs.map(([key]) => key)).size, `attributes of ${name}`).to.equal(pairs.length);
    return { name, attributes: Object.fromEntries(pairs) as Record<string, string>, children: [], text: "" };
}

/** A reader makes one line feed of each break, and spaces of breaks and tabs in attributes. */
function oneKindOfBreak(raw: string): string {
    return raw.replace(/\r\n?/g, "\n");
}

function resolved(raw: string): string {
    const text = raw.replace(/&(?:#x([0-9A-Fa-f]+)|#(\d+)|(\w*));?/g, (reference, hex, decimal, named: string) => {
        const code = hex === undefined ? Number(decimal) : parseInt(String(hex), 16);
        const character = named === undefined ? String.fromCodePoint(code) : REFERENCES[named];
        expect(reference.endsWith(";") && character !== undefined, `reference ${reference}`).to.equal(true);
        return character ?? "";
    });
    expect(CHARACTERS.test(text), `characters of ${JSON.stringify(text)}`).to.equal(true);
    return text;
}

/** Every element of a name, at any depth. */
export function elementsNamed(name: string, element: Element): Element[] {
    const own = element.name === name ? [element] : [];
    return [...own, ...element.children.flatMap((child) => elementsNamed(name, child))];
}
