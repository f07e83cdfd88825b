import { expect } from "chai";
import { assignRole, BuiltInRole } from "../../../components/role-assignment";
import { capture, isKnown, type Registration } from "../../support/capture";

const reader = {
    principalId: "p1",
    principalType: "ServicePrincipal",
    role: BuiltInRole.AcrPull,
    scope: "/a",
} as const;

describe("A role assignment", () => {
    let registered: Registration[];
    before(async () => {
        registered = await capture(
            () => {
                assignRole("first", reader, {});
                assignRole("again", { ...reader, scope: "/A" }, {});
                assignRole("other-principal", { ...reader, principalId: "p2" }, {});
                assignRole("other-scope", { ...reader, scope: "/b" }, {});
                assignRole("other-role", { ...reader, role: BuiltInRole.NetworkContributor }, {});
            },
            { preview: true },
        );
    });
    const nameOf = (name: string) => registered.find((entry) => entry.name === name)?.inputs["roleAssignmentName"];

    it("is named by a GUID that a preview knows where it knows the principal", () => {
        expect(isKnown(nameOf("first"))).to.equal(true);
        expect(nameOf("first")).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    });

    it("is found again: its name follows from what it says, however the scope is written", () => {
        expect(nameOf("again")).to.equal(nameOf("first"));
    });

    it("differs in name wherever principal, scope or role differ", () => {
        const names = ["first", "other-principal", "other-scope", "other-role"].map(nameOf);
        expect(new Set(names)).to.have.property("size", 4);
    });

    it("says what kind of principal it is for, and names the role by its built-in id", () => {
        expect(registered[0].inputs).to.include({
            principalType: "ServicePrincipal",
            principalId: "p1",
            scope: "/a",
            roleDefinitionId: "/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d",
        });
    });
});
