import { previewArguments } from "./command";
import { main } from "./launch";

/** `npm run preview [-- <stack> [pulumi options]]`: previews a stack, `dev` unless another is named. */
main(previewArguments(process.argv.slice(2)));
