import json

from check_case import CheckCase


def target(layer, name, *dependencies, products=()):
    folder = layer if layer == "Tests" else f"Sources/{layer}"
    return {
        "name": name,
        "path": f"{folder}/{name}",
        "target_dependencies": list(dependencies),
        "product_dependencies": list(products),
    }


GOOD = [
    target("Platform", "CLinux"),
    target("Platform", "LinuxSystem", "CLinux"),
    target("Shared", "CZygoteProtocol"),
    target("Shared", "JSONValue"),
    target("Shared", "FlowModel", "JSONValue"),
    target("Inside", "ZygoteCore", "CZygoteProtocol", "CLinux"),
    target("Inside", "zygote-python", "ZygoteCore"),
    target("Boundary", "SandboxSupervisor", "LinuxSystem", "FlowModel", "zygote-python"),
    target("Host", "FlowEngine", "FlowModel"),
    target("Host", "Connectors", "FlowModel"),
    target("Host", "HostAssembly", "FlowEngine", "Connectors", "SandboxSupervisor"),
    target("Tools", "sluice", "HostAssembly", "SandboxSupervisor", "LinuxSystem"),
    target("Tests", "FlowEngineTests", "FlowEngine", "zygote-python"),
]


class LayersTest(CheckCase):
    def graph(self, *more):
        replaced = {entry["name"] for entry in more}
        targets = [entry for entry in GOOD if entry["name"] not in replaced] + list(more)
        return self.write("graph.json", json.dumps({"targets": targets}))

    def test_the_edges_of_the_design_pass(self):
        self.assert_passes("check-layers", self.graph())

    def test_each_forbidden_edge_fails(self):
        for layer, name, dependency in [
            ("Platform", "LinuxSystem", "JSONValue"),
            ("Shared", "JSONValue", "SandboxSupervisor"),
            ("Shared", "FlowModel", "HostAssembly"),
            ("Inside", "ZygoteCore", "LinuxSystem"),
            ("Inside", "ZygoteCore", "JSONValue"),
            ("Boundary", "SandboxSupervisor", "Connectors"),
            ("Host", "Connectors", "zygote-python"),
            ("Tools", "sluice", "zygote-python"),
            ("Host", "Connectors", "sluice"),
            ("Host", "Connectors", "FlowEngineTests"),
        ]:
            with self.subTest(name=name, dependency=dependency):
                graph = self.graph(target(layer, name, dependency))
                self.assert_fails("check-layers", graph, saying=f"{name}")
                self.assert_fails("check-layers", graph, saying=f"depends on {dependency}")

    def test_the_engine_must_not_reach_an_executor_even_through_another(self):
        for executor in ["SandboxSupervisor", "Connectors"]:
            with self.subTest(executor=executor):
                graph = self.graph(
                    target("Host", "FlowEngine", "Journal"), target("Host", "Journal", executor))
                self.assert_fails("check-layers", graph, saying=f"FlowEngine reaches {executor}")

    def test_a_target_outside_the_layers_fails(self):
        graph = self.graph(target("Helpers", "Strings"))
        self.assert_fails("check-layers", graph, saying="Strings stands in Sources/Helpers/Strings")

    def test_a_package_from_elsewhere_fails(self):
        graph = self.graph(target("Host", "Connectors", products=["NIO"]))
        self.assert_fails("check-layers", graph, saying="'NIO' of another package")
