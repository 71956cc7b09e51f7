"""The language server with a third-party client, which rejects malformed messages, with the capabilities of three editors."""

import asyncio
import os
import pathlib
import shutil
import signal

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

SERVER = os.environ["DOTPIPE"]
EXAMPLE = pathlib.Path(os.environ["EXAMPLE"])
EDITORS = ["neovim", "visual_studio_code", "emacs"]


def copied(folder):
    shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
    (folder / "dotpipe.toml").write_text("[lints]\nI0860 = \"allow\"\n")
    return folder


@pytest.fixture
def project(tmp_path):
    return copied(tmp_path)


async def begin(client, editor, project):
    requests = ["client/registerCapability", "client/unregisterCapability"]
    requests += [f"workspace/{what}/refresh" for what in ["codeLens", "diagnostic", "inlayHint", "semanticTokens"]]
    for method in requests:
        # If the client does not implement a request, it is ignored.
        if method not in client.protocol.fm.features:
            client.feature(method)(lambda *_: None)
    folder = lsp.WorkspaceFolder(uri=project.as_uri(), name="example")
    parameters = lsp.InitializeParams(capabilities=client_capabilities(editor), workspace_folders=[folder])
    return await client.initialize_session(parameters)


@pytest_lsp.fixture(params=EDITORS, config=ClientServerConfig(server_command=[SERVER, "lsp"]))
async def client(request, lsp_client: LanguageClient, project):
    lsp_client.answer = await begin(lsp_client, request.param, project)
    yield
    await lsp_client.shutdown_session()


class Document:
    """An open document."""

    def __init__(self, client, path, text=None):
        self.client, self.uri = client, path.as_uri()
        self.text = path.read_text() if text is None else text
        self.version = 1
        item = lsp.TextDocumentItem(uri=self.uri, language_id="pipe", version=1, text=self.text)
        client.text_document_did_open(lsp.DidOpenTextDocumentParams(text_document=item))

    @property
    def it(self):
        return lsp.TextDocumentIdentifier(uri=self.uri)

    def at(self, text, offset=0):
        start = self.text.index(text) + offset
        line = self.text.count("\n", 0, start)
        return lsp.Position(line=line, character=start - (self.text.rfind("\n", 0, start) + 1))

    def asked(self, text, offset=0):
        return {"text_document": self.it, "position": self.at(text, offset)}

    def change(self, text):
        self.version += 1
        self.text = text
        document = lsp.VersionedTextDocumentIdentifier(uri=self.uri, version=self.version)
        changes = [lsp.TextDocumentContentChangeWholeDocument(text=text)]
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(text_document=document, content_changes=changes))

    def edited(self, edits):
        def index(position):
            lines = self.text.split("\n")
            return sum(len(line) + 1 for line in lines[: position.line]) + position.character

        text = self.text
        for edit in sorted(edits, key=lambda edit: index(edit.range.start), reverse=True):
            text = text[: index(edit.range.start)] + edit.new_text + text[index(edit.range.end) :]
        return text

    async def diagnostics(self, until=lambda found: True):
        """Returns the diagnostics once they are as expected, by request or notification, depending on the capabilities."""
        for _ in range(100):
            if self.client.answer.capabilities.diagnostic_provider:
                parameters = lsp.DocumentDiagnosticParams(text_document=self.it)
                found = (await self.client.text_document_diagnostic_async(parameters)).items
            else:
                found = self.client.diagnostics.get(self.uri)
            if found is not None and until(found):
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"other diagnostics: {found}")


def edits_of(edit):
    """Returns the edits of a workspace edit, by document."""
    if edit.document_changes:
        return {change.text_document.uri: change.edits for change in edit.document_changes}
    return edit.changes


def text_of(hover):
    contents = hover.contents
    return contents if isinstance(contents, str) else contents.value


@pytest.mark.asyncio
async def test_a_typing_mistake_and_its_fix(client, project):
    document = Document(client, project / "pipeline.pipe")
    assert not await document.diagnostics(lambda found: not found)
    right = document.text
    document.change(right.replace("repository", "repositry", 1))
    [found] = await document.diagnostics(lambda found: found)
    assert (found.code, found.severity) == ("E0104", lsp.DiagnosticSeverity.Error)
    assert found.range.start == document.at("repositry") and "`repositry`" in found.message
    parameters = lsp.CodeActionParams(
        text_document=document.it, range=found.range, context=lsp.CodeActionContext(diagnostics=[found])
    )
    actions = await client.text_document_code_action_async(parameters)
    [fix] = [action for action in actions if "did you mean" in action.title and "all" not in action.title]
    document.change(document.edited(edits_of(fix.edit)[document.uri]))
    assert document.text == right
    assert not await document.diagnostics(lambda found: not found)


@pytest.mark.asyncio
async def test_a_missing_permission(client, project):
    text = (project / "pipeline.pipe").read_text()
    line = next(line for line in text.split("\n") if "allow write on Packages" in line)
    document = Document(client, project / "pipeline.pipe", text.replace(line + "\n", ""))
    found = await document.diagnostics(lambda found: found)
    parameters = lsp.CodeActionParams(
        text_document=document.it, range=found[0].range, context=lsp.CodeActionContext(diagnostics=found)
    )
    actions = await client.text_document_code_action_async(parameters)
    fix = next(action for action in actions if action.edit and "allow" in str(action.edit))
    document.change(document.edited(edits_of(fix.edit)[document.uri]))
    assert "allow write on Packages" in document.text
    assert not await document.diagnostics(lambda found: not found)


@pytest.mark.asyncio
async def test_completion(client, project):
    document = Document(client, project / "pipeline.pipe")
    await document.diagnostics(lambda found: not found)
    document.change(document.text.replace("MyAppBuild::output.yaml", "MyAppBuild::"))
    offered = await client.text_document_completion_async(lsp.CompletionParams(**document.asked("MyAppBuild::", 12)))
    items = offered.items if isinstance(offered, lsp.CompletionList) else offered
    assert "output.yaml" in [item.label for item in items]


@pytest.mark.asyncio
async def test_hover(client, project):
    document = Document(client, project / "pipeline.pipe")
    on_attribute = await client.text_document_hover_async(lsp.HoverParams(**document.asked("repository", 2)))
    assert "RepositoryName" in text_of(on_attribute)
    on_project = await client.text_document_hover_async(lsp.HoverParams(**document.asked("project MyAppBuilder", 10)))
    assert "s3:PutObject" in text_of(on_project)


@pytest.mark.asyncio
async def test_definition_references_and_rename(client, project):
    document = Document(client, project / "pipeline.pipe")
    use = document.asked("= MyAppBuilder", 4)
    led_to = await client.text_document_definition_async(lsp.DefinitionParams(**use))
    places = led_to if isinstance(led_to, list) else [led_to]
    ranges = [getattr(place, "target_selection_range", None) or place.range for place in places]
    assert [it.start for it in ranges] == [document.at("project MyAppBuilder", 8)]
    context = lsp.ReferenceContext(include_declaration=True)
    references = await client.text_document_references_async(lsp.ReferenceParams(context=context, **use))
    assert len(references) == 2
    edit = await client.text_document_rename_async(lsp.RenameParams(new_name="Packer", **use))
    document.change(document.edited(edits_of(edit)[document.uri]))
    assert "project = Packer\n" in document.text and "project Packer {" in document.text
    assert not await document.diagnostics(lambda found: not found)


@pytest.mark.asyncio
async def test_symbols_folding_and_tokens(client, project):
    document = Document(client, project / "pipeline.pipe")
    symbols = await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(text_document=document.it))
    assert "MyAppPipeline" in [symbol.name for symbol in symbols]
    folds = await client.text_document_folding_range_async(lsp.FoldingRangeParams(text_document=document.it))
    assert any(fold.start_line == 1 for fold in folds)
    tokens = await client.text_document_semantic_tokens_full_async(lsp.SemanticTokensParams(text_document=document.it))
    assert tokens.data and len(tokens.data) % 5 == 0


@pytest.mark.asyncio
async def test_formatting(client, project):
    document = Document(client, project / "pipeline.pipe")
    right = document.text
    document.change(right.replace("repository = ", "repository =    "))
    options = lsp.FormattingOptions(tab_size=8, insert_spaces=False)
    edits = await client.text_document_formatting_async(
        lsp.DocumentFormattingParams(text_document=document.it, options=options)
    )
    document.change(document.edited(edits))
    assert document.text == right


@pytest.mark.asyncio
async def test_graph_with_places(client, project):
    document = Document(client, project / "pipeline.pipe")
    argument = {"uri": document.uri, "drawing": "svg", "places": True}
    graph = await client.workspace_execute_command_async(
        lsp.ExecuteCommandParams(command="dotpipe.graph", arguments=[argument])
    )
    answer = graph if isinstance(graph, dict) else graph._asdict()
    places = [place if isinstance(place, dict) else place._asdict() for place in answer["places"]]
    assert "<svg" in answer["drawing"] and all(f'id="{place["id"]}"' in answer["drawing"] for place in places)
    assert len(places) == 3 + 4


@pytest.mark.asyncio
@pytest.mark.parametrize("editor", EDITORS)
async def test_killed_and_started_again(editor, project):
    config = ClientServerConfig(server_command=[SERVER, "lsp"])
    for _ in range(2):
        client = await config.start()
        client.answer = await begin(client, editor, project)
        broken = (project / "pipeline.pipe").read_text().replace("repository", "repositry", 1)
        document = Document(client, project / "pipeline.pipe", broken)
        assert [found.code for found in await document.diagnostics(lambda found: found)] == ["E0104"]
        client._server.send_signal(signal.SIGKILL)
        await client._server.wait()
        await client.stop()


DEFINITION = """{
  "pipeline": {
    "name": "shop",
    "roleArn": "arn:aws:iam::111122223333:role/shop",
    "artifactStore": { "type": "S3", "location": "shop-artifacts" },
    "stages": [
      {
        "name": "Source",
        "actions": [
          {
            "name": "Fetch",
            "actionTypeId": { "category": "Source", "owner": "AWS", "provider": "CodeCommit", "version": "1" },
            "configuration": { "RepositoryName": "shop", "BranchName": "main", "PollForSourceChanges": "false" },
            "outputArtifacts": [{ "name": "App" }]
          }
        ]
      },
      {
        "name": "Build",
        "actions": [
          {
            "name": "Package",
            "actionTypeId": { "category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1" },
            "configuration": { "ProjectName": "shop" },
            "inputArtifacts": [{ "name": "App" }],
            "runOrder": 1
          }
        ]
      }
    ]
  }
}
"""


@pytest.mark.asyncio
async def test_pipeline_json_has_diagnostics_and_a_fix(client, project):
    path = project / "shop.json"
    path.write_text(DEFINITION)
    document = Document(client, path)
    assert not await document.diagnostics(lambda found: not found)
    document.change(DEFINITION.replace("runOrder", "runOder"))
    [found] = await document.diagnostics(lambda found: found)
    assert found.code == "E0104"
    context = lsp.CodeActionContext(diagnostics=[found])
    parameters = lsp.CodeActionParams(text_document=document.it, range=found.range, context=context)
    [action] = await client.text_document_code_action_async(parameters)
    document.change(document.edited(edits_of(action.edit)[document.uri]))
    assert document.text == DEFINITION
    assert not await document.diagnostics(lambda found: not found)
