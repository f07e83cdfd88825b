import type { Properties } from "../provider/values";
import type { ArmError } from "./arm-error";

/** A resource as Azure holds it, or as a preview plans it. Inputs may hold unknowns in a preview only. */
export interface Resource {
    readonly id: string;
    /** Module and class, for example `network:Subnet`. */
    readonly type: string;
    /** The engine's name for it; empty for what Azure made by itself. */
    readonly urn: string;
    readonly inputs: Properties;
    readonly outputs: Properties;
    /** Id of the resource whose body contains this one (an inline subnet) or whose creation made it. */
    readonly partOf?: string;
}

/** The resources that a rule may look at. In a preview that includes what the preview has planned so far. */
export interface CloudView {
    get(id: string): Resource | undefined;
    /** All resources of one type, in order of creation. */
    ofType(type: string): Resource[];
    /** Direct children of one type, for example the subnets of a network. */
    children(id: string, type: string): Resource[];
    /** Resources whose inputs hold this id, or the id of a part of it. */
    holders(id: string): Resource[];
}

/**
 * Returns the refusal, or undefined if Azure would accept. Unknown values can't be refused. `before` is what an update in
 * place finds; a replacement has none.
 */
export type Rule = (resource: Resource, cloud: CloudView, before?: Resource) => ArmError | undefined;

/** A resource that comes and goes with another: an inline subnet, a cluster's node resource group. */
export interface Part {
    readonly id: string;
    readonly type: string;
    readonly inputs: Properties;
}

/**
 * What the simulation knows about one type. The shape (arguments, outputs, what is required) is read from the
 * azure-native SDK; here stands only what a shape can't say.
 */
export interface ResourceType {
    /** Id template, see `arm-id.ts`. A change of an argument in it replaces the resource. */
    readonly id: string;
    /** How a name is made up that the program leaves out. Default: children copy the logical name, others get a suffix. */
    readonly autoname?: "uuid";
    /** Properties that Azure adds on create. They are merged over the inputs, deeply, and unknown in a preview. */
    readonly computed?: (resource: Resource, cloud: CloudView) => Properties;
    /** Paths that can't change in place. `location` and the id's arguments always are among them. */
    readonly replaceOn?: readonly string[];
    /** Paths that Azure demands although the SDK's types leave them optional. */
    readonly required?: readonly string[];
    /** Paths of arrays whose order Azure ignores. */
    readonly sets?: readonly string[];
    readonly parts?: (resource: Resource) => Part[];
    /** Its parent has exactly one: creating it sets the one there is, deleting it resets that one. */
    readonly comesWithParent?: true;
    /** An update whose inputs leave out the collection of parts keeps them; otherwise they are deleted. */
    readonly absentCollectionsStay?: boolean;
    readonly rules?: readonly Rule[];
    /** Paths with ids that must exist, but that don't keep the other resource from being deleted. */
    readonly weakReferences?: readonly string[];
    /** Paths with ids that Azure stores without looking them up. */
    readonly opaqueReferences?: readonly string[];
    /** Deleting it is refused with this code while another resource refers to it. Absent: Azure doesn't mind. */
    readonly inUse?: string;
    /** Deleting it is refused with this code while it has children; absent: they are deleted with it. */
    readonly notEmpty?: string;
    /** Refuses the deletion of another resource, as a management lock does. */
    readonly forbidsDeletion?: (self: Resource, id: string) => ArmError | undefined;
}

/** Types of one Azure service by class name. */
export type ServiceTypes = Readonly<Record<string, ResourceType>>;
