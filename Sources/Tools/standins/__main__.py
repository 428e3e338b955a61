"""`python3 Sources/Tools/standins gitlab|llm|demo-repository …`: see README.md beside this file."""

import argparse
import json
import pathlib
import sys

if not __package__:
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from standins.demo_repository import build_demo
from standins.gitlab_service import GitLabService
from standins.http_service import serve
from standins.llm_service import ModelService


def main():
    parser = argparse.ArgumentParser(prog="standins")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("gitlab", "llm"):
        command = commands.add_parser(name)
        command.add_argument("--world", help="JSON file: what exists in the stand-in and its settings")
        command.add_argument("--scenario", help="JSON file: {faults: […], settings: {…}}")
        command.add_argument("--store", help="JSON file that keeps what was written over a restart")
        command.add_argument("--log", help="file that gets one JSON line per request")
        command.add_argument("--port", type=int, default=0)
        command.add_argument(
            "--stop-with-stdin", action="store_true", help="exit when standard input ends")
    demo = commands.add_parser("demo-repository")
    demo.add_argument("--into", required=True, help="empty or new folder")
    arguments = parser.parse_args()

    if arguments.command == "demo-repository":
        build_demo(pathlib.Path(arguments.into))
        return
    world = read_object(arguments.world)
    scenario = read_object(arguments.scenario)
    kind = GitLabService if arguments.command == "gitlab" else ModelService
    service = kind(world, store_path=arguments.store)
    service.apply_scenario(scenario)
    serve(service, port=arguments.port, log_path=arguments.log,
          stop_with_stdin=arguments.stop_with_stdin)


def read_object(path):
    if path is None:
        return {}
    value = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        sys.exit(f"standins: {path} must hold a JSON object")
    return value


main()
