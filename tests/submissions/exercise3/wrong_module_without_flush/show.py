def emit(text, flush=False):
    print(text, end="", flush=flush)


def show_stream(client, request):
    with client.messages.stream(**request) as stream:
        for event in stream:
            match event.type:
                case "text":
                    emit(event.text)
        return stream.get_final_message()
