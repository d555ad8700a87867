"""docker-compose.yml, the image and the example settings hold together. (No Docker engine is needed.)"""

import re

import pytest
import yaml

from tests.processes import ROOT, environment, run

COMPOSE = (ROOT / "docker-compose.yml").read_text()
SERVICES = yaml.safe_load(COMPOSE)["services"]
OURS = ["migrate", "web", "worker", "beat"]


def test_the_whole_site_is_there():
    assert set(SERVICES) == {*OURS, "proxy", "database", "redis"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_service_is_restarted_and_says_whether_it_is_well(name):
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", OURS)
def test_our_containers_are_as_weak_as_can_be(name):
    service = SERVICES[name]

    assert service["user"] == "uconf"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", OURS)
def test_our_containers_run_what_the_entry_point_knows(name):
    script = (ROOT / "deploy/entrypoint.sh").read_text()
    check = SERVICES[name].get("healthcheck", {}).get("test", [])

    assert re.search(rf"^{SERVICES[name]['command']}\)", script, re.MULTILINE)
    for word in check[2:]:
        assert re.search(rf"^{word}\)", script, re.MULTILINE)


def test_migrations_run_once_before_the_others_start():
    assert SERVICES["migrate"]["restart"] == "no"
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_every_service_that_is_waited_for_exists_and_can_be_waited_for():
    for service in SERVICES.values():
        for name, wait in service.get("depends_on", {}).items():
            assert wait["condition"] == "service_completed_successfully" or "healthcheck" in SERVICES[name]


def test_data_outlives_the_containers():
    volumes = yaml.safe_load(COMPOSE)["volumes"]

    assert set(volumes) == {"data", "database"}
    assert SERVICES["database"]["volumes"] == ["database:/var/lib/postgresql/data"]
    assert SERVICES["web"]["volumes"] == ["data:/srv/uconf/var"]


def test_only_the_proxy_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_every_variable_is_explained_in_the_example_and_every_one_there_is_used():
    used = set(re.findall(r"\$\{(\w+)", COMPOSE))
    explained = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert used == explained


def test_every_setting_that_is_passed_on_is_one_that_we_read():
    settings = (ROOT / "uconf/settings.py").read_text()
    passed = set(SERVICES["web"]["environment"]) - {"WEB_WORKERS"}

    assert {name for name in passed if f'"{name}"' in settings} == passed


def test_the_proxy_file_asks_for_what_compose_gives_it():
    wanted = set(re.findall(r"\$\{(\w+)\}", (ROOT / "deploy/nginx.conf").read_text()))

    assert wanted == set(SERVICES["proxy"]["environment"])


def test_the_image_is_not_run_as_root_and_installs_only_what_is_pinned():
    text = (ROOT / "Dockerfile").read_text()

    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["uconf"]
    assert text.index("USER uconf") < text.index("ENTRYPOINT")
    assert "--require-hashes -r requirements.txt" in text


@pytest.mark.parametrize("name", ["Dockerfile", "docker-compose.yml", ".dockerignore", "deploy/nginx.conf"])
def test_no_registry_is_named(name):
    images = re.findall(r"^\s*(?:image:|FROM) *(\S+)", (ROOT / name).read_text(), re.MULTILINE)

    assert all(re.fullmatch(r"[a-z]+(:[\w.\-]+)?", image) for image in images)


def test_secrets_stay_out_of_the_image_and_the_repository():
    ignored = (ROOT / ".dockerignore").read_text().split()

    assert {".env", "var", ".git"} <= set(ignored)
    assert ".env" in (ROOT / ".gitignore").read_text().split()


def test_the_entry_point_says_what_it_can_do():
    ended = run(["sh", "deploy/entrypoint.sh", "dance"])

    assert ended.returncode == 64
    assert ended.stderr.startswith("Say what to do: entrypoint.sh web, worker, beat, migrate")


def test_a_test_gives_a_program_our_settings_and_no_others():
    assert "SECRET_KEY" not in environment()
    assert environment(SECRET_KEY="x")["SECRET_KEY"] == "x"
