const { PolicyPack } = require("@pulumi/policy");

new PolicyPack("empty-pack", {
    policies: [{ name: "nothing", description: "Looks at nothing.", validateResource: () => undefined }],
});
